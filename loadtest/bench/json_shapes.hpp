// What json-bench writes: plain data, as a handler has it, and for each shape the ways to JSON: a
// stream of tokens to any writer, structs that our writer takes whole, a Boost.JSON value in any
// storage, and a RapidJSON document. Owned by main, the same in each run, never changed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "loadtest/bench/rapidjson.hpp"
#include "server/endpoints/items.hpp"
#include "server/json/decimal.hpp"
#include "server/json/writer.hpp"

namespace bench {

/// What /items answers: short names, small numbers, nesting.
class items_shape {
 public:
  explicit items_shape(std::int64_t count) noexcept : count_(count) {}

  template <class Writer>
  void stream(Writer& to) const {
    to.begin_object();
    to.key("count"), to.value(count_);
    to.key("items"), to.begin_array();
    for (std::int64_t i = 0; i < count_; ++i) stream_item(i, to);
    to.end_array();
    to.end_object();
  }
  void write_structs(server::json::writer& to) const;
  boost::json::value document(const boost::json::storage_ptr& storage) const {
    return server::endpoints::make_items(count_, storage);
  }
  void document(rapid_document& to) const;

 private:
  static constexpr std::array<std::string_view, 3> tags = {"red", "green", "blue"};

  template <class Writer>
  static void stream_item(std::int64_t i, Writer& to) {
    using server::json::decimal;
    to.begin_object();
    to.key("id"), to.value(i);
    to.key("name"), to.value(std::string_view(decimal(i, "item-")));
    to.key("price"), to.value(static_cast<double>(i) * 1.25);
    to.key("tags"), to.begin_array();
    for (const std::string_view tag : tags) to.value(tag);
    to.end_array();
    to.key("active"), to.value(i % 2 == 0);
    to.key("nested"), to.begin_object();
    to.key("x"), to.value(i);
    to.key("y"), to.value(2 * i);
    to.key("label"), to.value(std::string_view(decimal(i, "label-")));
    to.end_object();
    to.end_object();
  }

  std::int64_t count_;
};

struct post {
  std::int64_t id;
  std::string author;
  std::string title;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(post, (), (id, author, title, text))

/// Text of a forum: long strings, some in other scripts, with quotes and line ends to escape.
class posts_shape {
 public:
  posts_shape();

  template <class Writer>
  void stream(Writer& to) const {
    to.begin_object();
    to.key("posts"), to.begin_array();
    for (const post& each : posts_) {
      to.begin_object();
      to.key("id"), to.value(each.id);
      to.key("author"), to.value(std::string_view(each.author));
      to.key("title"), to.value(std::string_view(each.title));
      to.key("text"), to.value(std::string_view(each.text));
      to.end_object();
    }
    to.end_array();
    to.end_object();
  }
  void write_structs(server::json::writer& to) const {
    to.begin_object().member("posts", posts_).end_object();
  }
  boost::json::value document(const boost::json::storage_ptr& storage) const;
  void document(rapid_document& to) const;

 private:
  std::vector<post> posts_;
};

struct point {
  double latitude;
  double longitude;
  double measured;
};
BOOST_DESCRIBE_STRUCT(point, (), (latitude, longitude, measured))

/// Measurements: two doubles of up to 17 digits and one of two decimals a point.
class points_shape {
 public:
  points_shape();

  template <class Writer>
  void stream(Writer& to) const {
    to.begin_object();
    to.key("points"), to.begin_array();
    for (const point& each : points_) {
      to.begin_object();
      to.key("latitude"), to.value(each.latitude);
      to.key("longitude"), to.value(each.longitude);
      to.key("measured"), to.value(each.measured);
      to.end_object();
    }
    to.end_array();
    to.end_object();
  }
  void write_structs(server::json::writer& to) const {
    to.begin_object().member("points", points_).end_object();
  }
  boost::json::value document(const boost::json::storage_ptr& storage) const;
  void document(rapid_document& to) const;

 private:
  std::vector<point> points_;
};

}  // namespace bench
