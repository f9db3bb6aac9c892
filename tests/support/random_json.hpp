// Random documents of every kind of value, and what makes two of them the same to a reader.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

class random_json {
 public:
  explicit random_json(std::uint64_t seed) : random_(seed) {}

  /// At most `depth` levels deep; mostly small.
  boost::json::value document(unsigned depth, const boost::json::storage_ptr& storage) {
    switch (random_() % (depth > 0 ? 11 : 7)) {
      case 0:
        return boost::json::value(nullptr, storage);
      case 1:
        return boost::json::value(random_() % 2 == 0, storage);
      case 2:
        return boost::json::value(static_cast<std::int64_t>(random_()) >> random_() % 64, storage);
      case 3:
        return boost::json::value(random_() >> random_() % 64, storage);
      case 4:
        return boost::json::value(real(), storage);
      case 5:
      case 6:
        return boost::json::value(text(), storage);
      case 7:
      case 8:
        return array(depth - 1, storage);
      default:
        return object(depth - 1, storage);
    }
  }

  /// UTF-8 of up to about 40 bytes: plain, with what must be escaped, with every length of
  /// character.
  std::string text() {
    std::string made;
    const auto characters = random_() % 8 == 0 ? random_() % 40 : random_() % 12;
    const bool is_plain = random_() % 2 == 0;
    for (std::uint64_t i = 0; i < characters; ++i) {
      if (is_plain)
        made += static_cast<char>('a' + random_() % 26);
      else
        append_utf8(code_point(), made);
    }
    return made;
  }

  std::uint64_t number() { return random_(); }

 private:
  boost::json::value array(unsigned depth, const boost::json::storage_ptr& storage) {
    boost::json::array made(storage);
    for (std::uint64_t left = random_() % 6; left > 0; --left)
      made.emplace_back(document(depth, storage));
    return made;
  }
  boost::json::value object(unsigned depth, const boost::json::storage_ptr& storage) {
    boost::json::object made(storage);
    for (std::uint64_t left = random_() % 6; left > 0; --left)
      made.insert_or_assign(text(), document(depth, storage));
    return made;
  }
  double real() {
    if (random_() % 2 == 0) return static_cast<double>(random_() % 1'000'000) / 100;
    const auto number = std::bit_cast<double>(random_());
    return std::isfinite(number) ? number : 0.5;
  }
  char32_t code_point() {
    constexpr char32_t ends[] = {0x80, 0x20, 0x80, 0x800, 0x10000, 0x110000};
    const auto point = static_cast<char32_t>(random_() % ends[random_() % std::size(ends)]);
    return point >= 0xd800 && point <= 0xdfff ? U'"' : point;
  }
  static void append_utf8(char32_t point, std::string& to) {
    const auto put = [&](char32_t byte) { to += static_cast<char>(byte); };
    if (point < 0x80) return put(point);
    if (point >= 0x10000) {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
    } else if (point >= 0x800) {
      put(0xe0 | point >> 12);
    }
    if (point >= 0x800)
      put(0x80 | (point >> 6 & 0x3f));
    else
      put(0xc0 | point >> 6);
    put(0x80 | (point & 0x3f));
  }

  std::mt19937_64 random_;
};

/// Kind by kind and in order. Numbers are the same if they are the same number: 5.0 is written 5.
inline bool same_json(const boost::json::value& a, const boost::json::value& b) {
  if (a.is_double() || b.is_double()) {
    return a.is_number() && b.is_number() &&
           std::bit_cast<std::uint64_t>(a.to_number<double>()) ==
               std::bit_cast<std::uint64_t>(b.to_number<double>());
  }
  if (a.is_array() && b.is_array()) {
    const auto& left = a.get_array();
    const auto& right = b.get_array();
    bool same = left.size() == right.size();
    for (std::size_t i = 0; same && i < left.size(); ++i) same = same_json(left[i], right[i]);
    return same;
  }
  if (a.is_object() && b.is_object()) {
    const auto& left = a.get_object();
    const auto& right = b.get_object();
    bool same = left.size() == right.size();
    for (auto l = left.begin(), r = right.begin(); same && l != left.end(); ++l, ++r)
      same = l->key() == r->key() && same_json(l->value(), r->value());
    return same;
  }
  return a == b;
}
