#include "loadtest/bench/json_shapes.hpp"

#include <random>
#include <span>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace bench {

namespace {

namespace json = boost::json;

struct nested_members {
  std::int64_t x;
  std::int64_t y;
  std::string_view label;
};
BOOST_DESCRIBE_STRUCT(nested_members, (), (x, y, label))

struct item_members {
  std::int64_t id;
  std::string_view name;
  double price;
  std::span<const std::string_view> tags;
  bool active;
  nested_members nested;
};
BOOST_DESCRIBE_STRUCT(item_members, (), (id, name, price, tags, active, nested))

// A string that the document copies, as it must where the text does not outlive it.
rapidjson::Value rapid_copy(std::string_view text, rapidjson::MemoryPoolAllocator<>& memory) {
  return rapidjson::Value(text.data(), rapid_size(text.size()), memory);
}

rapidjson::Value rapid_tags(std::span<const std::string_view> tags,
                            rapidjson::MemoryPoolAllocator<>& memory) {
  rapidjson::Value all(rapidjson::kArrayType);
  all.Reserve(rapid_size(tags.size()), memory);
  for (const std::string_view tag : tags) all.PushBack(rapid_view(tag), memory);
  return all;
}

rapidjson::Value rapid_nested(std::int64_t i, rapidjson::MemoryPoolAllocator<>& memory) {
  rapidjson::Value nested(rapidjson::kObjectType);
  nested.AddMember("x", i, memory);
  nested.AddMember("y", 2 * i, memory);
  nested.AddMember("label", rapid_copy(server::json::decimal(i, "label-"), memory), memory);
  return nested;
}

}  // namespace

void items_shape::write_structs(server::json::writer& to) const {
  using server::json::decimal;
  to.begin_object().member("count", count_).key("items").begin_array();
  for (std::int64_t i = 0; i < count_; ++i) {
    const decimal name(i, "item-");
    const decimal label(i, "label-");
    to.value(
        item_members{i, name, static_cast<double>(i) * 1.25, tags, i % 2 == 0, {i, 2 * i, label}});
  }
  to.end_array().end_object();
}

void items_shape::document(rapid_document& to) const {
  auto& memory = to.GetAllocator();
  rapidjson::Value items(rapidjson::kArrayType);
  items.Reserve(rapid_size(static_cast<std::size_t>(count_)), memory);
  for (std::int64_t i = 0; i < count_; ++i) {
    rapidjson::Value item(rapidjson::kObjectType);
    item.AddMember("id", i, memory);
    item.AddMember("name", rapid_copy(server::json::decimal(i, "item-"), memory), memory);
    item.AddMember("price", static_cast<double>(i) * 1.25, memory);
    item.AddMember("tags", rapid_tags(tags, memory), memory);
    item.AddMember("active", i % 2 == 0, memory);
    item.AddMember("nested", rapid_nested(i, memory), memory);
    items.PushBack(item, memory);
  }
  to.SetObject();
  to.AddMember("count", count_, memory);
  to.AddMember("items", items, memory);
}

posts_shape::posts_shape() {
  constexpr std::size_t count = 200;
  constexpr std::array<std::string_view, 6> sentences = {
      "The quick brown fox jumps over the lazy dog, and nobody asks the dog what it makes of it. ",
      "She said \"we measure before we believe\" and left.\n",
      "Zürich, Malmö und São Paulo liegen nicht am selben Fluß. ",
      "すべての要求は一つのアリーナを持つ。応答が送られると、それは一度に解放される。",
      "C:\\temp\\results.txt\tis where it went\r\n",
      "Съешь ещё этих мягких французских булок, да выпей же чаю 😀. "};
  std::minstd_rand random(1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    post made{static_cast<std::int64_t>(i), "Zoë Müller-" + number, "Re: \"post\" " + number, {}};
    for (auto left = 2 + random() % 10; left > 0; --left)
      made.text += sentences[random() % sentences.size()];
    posts_.push_back(std::move(made));
  }
}

json::value posts_shape::document(const json::storage_ptr& storage) const {
  json::array all(storage);
  all.reserve(posts_.size());
  for (const post& each : posts_) {
    json::object one(4, storage);
    one.emplace("id", each.id);
    one.emplace("author", std::string_view(each.author));
    one.emplace("title", std::string_view(each.title));
    one.emplace("text", std::string_view(each.text));
    all.emplace_back(std::move(one));
  }
  json::object document(1, storage);
  document.emplace("posts", std::move(all));
  return document;
}

void posts_shape::document(rapid_document& to) const {
  auto& memory = to.GetAllocator();
  rapidjson::Value all(rapidjson::kArrayType);
  all.Reserve(rapid_size(posts_.size()), memory);
  for (const post& each : posts_) {
    rapidjson::Value one(rapidjson::kObjectType);
    one.AddMember("id", each.id, memory);
    one.AddMember("author", rapid_copy(each.author, memory), memory);
    one.AddMember("title", rapid_copy(each.title, memory), memory);
    one.AddMember("text", rapid_copy(each.text, memory), memory);
    all.PushBack(one, memory);
  }
  to.SetObject();
  to.AddMember("posts", all, memory);
}

points_shape::points_shape() {
  constexpr std::size_t count = 1000;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> latitude(-90, 90);
  std::uniform_real_distribution<double> longitude(-180, 180);
  std::uniform_int_distribution<std::int64_t> hundredths(-100'000, 1'000'000);
  for (std::size_t i = 0; i < count; ++i) {
    const double measured = static_cast<double>(hundredths(random)) / 100;
    points_.push_back({latitude(random), longitude(random), measured});
  }
}

json::value points_shape::document(const json::storage_ptr& storage) const {
  json::array all(storage);
  all.reserve(points_.size());
  for (const point& each : points_) {
    json::object one(3, storage);
    one.emplace("latitude", each.latitude);
    one.emplace("longitude", each.longitude);
    one.emplace("measured", each.measured);
    all.emplace_back(std::move(one));
  }
  json::object document(1, storage);
  document.emplace("points", std::move(all));
  return document;
}

void points_shape::document(rapid_document& to) const {
  auto& memory = to.GetAllocator();
  rapidjson::Value all(rapidjson::kArrayType);
  all.Reserve(rapid_size(points_.size()), memory);
  for (const point& each : points_) {
    rapidjson::Value one(rapidjson::kObjectType);
    one.AddMember("latitude", each.latitude, memory);
    one.AddMember("longitude", each.longitude, memory);
    one.AddMember("measured", each.measured, memory);
    all.PushBack(one, memory);
  }
  to.SetObject();
  to.AddMember("points", all, memory);
}

}  // namespace bench
