// Writes JSON text straight into a segment_buffer, a response's body for instance: no document in
// between, and no memory but the text's. It puts commas and colons; what is opened must be closed,
// and a value in an object needs its key: misuse is caught by assertions. One a text, on the stack;
// until its end nobody else may use the buffer.
//
//   json::writer(to.body()).begin_object().member("id", 7).member("tags", tags).end_object();
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>

#include <boost/json/value.hpp>

#include "arena/segment_buffer.hpp"
#include "server/json/describe.hpp"
#include "server/json/document.hpp"
#include "server/json/escape.hpp"
#include "server/json/text_output.hpp"

namespace server::json {

/// A member's name that is known when the program is compiled, and needs no escaping: else it does
/// not compile.
class name {
 public:
  template <std::size_t Size>
  consteval name(const char (&literal)[Size]) : text_(literal, Size - 1) {
    for (const char byte : text_) {
      if (escapes[static_cast<unsigned char>(byte)] != 0) throw "a name that must be escaped";
    }
  }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  std::string_view text_;
};

template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

class writer {
 public:
  /// Deepest nesting.
  static constexpr std::size_t depth_max = 64;

  explicit writer(arena::segment_buffer& to) noexcept : out_(to) {}
  ~writer() {
    assert((is_complete() || std::uncaught_exceptions() > 0) && "left open, or without a value");
  }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  // All throw what the buffer's memory throws; the text is of no use then. O(what is written).

  writer& begin_object() { return open('{', kind::object); }
  writer& end_object() { return close('}', kind::object); }
  writer& begin_array() { return open('[', kind::array); }
  writer& end_array() { return close(']', kind::array); }

  writer& key(name known) { return put_key(known.text()); }
  /// A name that is known at run time only.
  writer& key_text(std::string_view text) {
    take_key();
    separate();
    out_.put_string(text);
    out_.put_byte(':');
    needs_comma_ = false;
    return *this;
  }

  template <class Value>
  writer& member(name known, const Value& value) {
    return key(known).value(value);
  }

  writer& value(std::nullptr_t) { return raw("null"); }
  writer& value(std::same_as<bool> auto truth) {
    begin_value();
    out_.put_bool(truth);
    return *this;
  }
  /// Whole ones; no characters, which would be written as their codes.
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !character<Number>) writer& value(Number number) {
    begin_value();
    out_.put_number(number);
    return *this;
  }
  writer& value(double number) {
    begin_value();
    out_.put_number(number);
    return *this;
  }
  writer& value(float number) {
    begin_value();
    out_.put_number(number);
    return *this;
  }
  writer& value(std::string_view text) {
    begin_value();
    out_.put_string(text);
    return *this;
  }
  writer& value(const char* text) { return value(std::string_view(text)); }
  /// A document, whole. None that would first have to be made out of something else, on the heap.
  writer& value(const std::same_as<boost::json::value> auto& document) {
    begin_value();
    put(document, out_);
    return *this;
  }
  /// null, or what it holds.
  template <class Value>
  writer& value(const std::optional<Value>& perhaps) {
    return perhaps ? value(*perhaps) : value(nullptr);
  }
  /// An array of the elements.
  template <std::ranges::input_range Range>
  requires(!std::convertible_to<const Range&, std::string_view> &&
           !std::same_as<Range, boost::json::object>) writer& value(const Range& elements) {
    begin_array();
    for (const auto& element : elements) value(element);
    return end_array();
  }
  /// An object of the members that BOOST_DESCRIBE_STRUCT names, in that order.
  template <described Struct>
  writer& value(const Struct& one) {
    begin_object();
    for_each_member<Struct>(
        [&](std::string_view identifier, auto member) { put_key(identifier).value(one.*member); });
    return end_object();
  }

  /// `text` as it is, for one value. It must be JSON.
  writer& raw(std::string_view text) {
    assert(!text.empty() && "nothing for a value");
    begin_value();
    out_.put(text);
    return *this;
  }

 private:
  enum class kind : std::uint64_t { array = 0, object = 1 };

  // `text` needs no escaping.
  writer& put_key(std::string_view text) {
    take_key();
    constexpr std::size_t punctuation = 4;  // ,"":
    char* to = out_.room(text.size() + punctuation);
    if (needs_comma_) *to++ = ',';
    *to++ = '"';
    std::memcpy(to, text.data(), text.size());
    to += text.size();
    *to++ = '"';
    *to++ = ':';
    out_.wrote_to(to);
    needs_comma_ = false;
    return *this;
  }
  void separate() {
    if (needs_comma_) out_.put_byte(',');
  }
  void begin_value() {
    assert((!is_in_object() || has_key_) && "a value in an object without a key");
    assert((depth_ > 0 || !needs_comma_) && "a second value at the top");
    separate();
    has_key_ = false;
    needs_comma_ = true;
  }
  void take_key() {
    assert(is_in_object() && !has_key_ && "a key where there is none");
    has_key_ = true;
  }
  writer& open(char bracket, kind what) {
    begin_value();
    assert(depth_ < depth_max && "nested too deeply");
    out_.put_byte(bracket);
    objects_ = objects_ << 1 | static_cast<std::uint64_t>(what);
    ++depth_;
    needs_comma_ = false;
    return *this;
  }
  writer& close(char bracket, [[maybe_unused]] kind what) {
    assert(depth_ > 0 && is_in_object() == (what == kind::object) && !has_key_ && "closes nothing");
    out_.put_byte(bracket);
    objects_ >>= 1;
    --depth_;
    needs_comma_ = true;
    return *this;
  }
  bool is_complete() const noexcept { return depth_ == 0 && needs_comma_; }
  bool is_in_object() const noexcept { return depth_ > 0 && (objects_ & 1) != 0; }

  text_output out_;
  std::uint64_t objects_ = 0;  // a bit for each that is open; the innermost is the lowest
  std::size_t depth_ = 0;
  bool needs_comma_ = false;
  bool has_key_ = false;
};

}  // namespace server::json
