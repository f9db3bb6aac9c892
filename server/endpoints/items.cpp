#include "server/endpoints/items.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "server/json/decimal.hpp"
#include "server/json/writer.hpp"

namespace server::endpoints {

namespace {

namespace boost_json = boost::json;
using server::json::decimal;

boost_json::object make_nested(std::int64_t i, const boost_json::storage_ptr& storage) {
  boost_json::object nested(3, storage);
  nested.emplace("x", i);
  nested.emplace("y", 2 * i);
  nested.emplace("label", std::string_view(decimal(i, "label-")));
  return nested;
}

boost_json::object make_item(std::int64_t i, const boost_json::storage_ptr& storage) {
  boost_json::object item(6, storage);
  item.emplace("id", i);
  item.emplace("name", std::string_view(decimal(i, "item-")));
  item.emplace("price", static_cast<double>(i) * 1.25);
  item.emplace("tags", boost_json::array({"red", "green", "blue"}, storage));
  item.emplace("active", i % 2 == 0);
  item.emplace("nested", make_nested(i, storage));
  return item;
}

void write_item(std::int64_t i, server::json::writer& to) {
  static constexpr std::array<std::string_view, 3> tags = {"red", "green", "blue"};
  to.begin_object()
      .member("id", i)
      .member("name", std::string_view(decimal(i, "item-")))
      .member("price", static_cast<double>(i) * 1.25)
      .member("tags", tags)
      .member("active", i % 2 == 0)
      .key("nested")
      .begin_object()
      .member("x", i)
      .member("y", 2 * i)
      .member("label", std::string_view(decimal(i, "label-")))
      .end_object()
      .end_object();
}

}  // namespace

boost_json::value make_items(std::int64_t count, const boost_json::storage_ptr& storage) {
  boost_json::array items(storage);
  items.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) items.emplace_back(make_item(i, storage));
  boost_json::object document(2, storage);
  document.emplace("count", count);
  document.emplace("items", std::move(items));
  return document;
}

void write_items(std::int64_t count, arena::segment_buffer& to) {
  server::json::writer text(to);
  text.begin_object().member("count", count).key("items").begin_array();
  for (std::int64_t i = 0; i < count; ++i) write_item(i, text);
  text.end_array().end_object();
}

}  // namespace server::endpoints
