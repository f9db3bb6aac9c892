// The tokens of JSON text, appended to a segment_buffer through a bare pointer into its prepared
// room. What is between tokens is the caller's to put. It commits when the room runs out and at its
// end; until then nobody else may use the buffer. One a text, on the stack.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "arena/segment_buffer.hpp"
#include "server/json/escape.hpp"

namespace server::json {

class text_output {
 public:
  explicit text_output(arena::segment_buffer& to) noexcept : to_(to) {}
  ~text_output() { commit(); }
  text_output(const text_output&) = delete;
  text_output& operator=(const text_output&) = delete;

  // All throw what the buffer's memory throws; what was put before stays.

  void put_byte(char byte) {
    ensure(1);
    *position_++ = byte;
  }
  /// `text` as it is.
  void put(std::string_view text) {
    if (text.empty()) return;
    ensure(text.size());
    std::memcpy(position_, text.data(), text.size());
    position_ += text.size();
  }
  void put_bool(bool truth) {
    // Two constants, whose lengths the compiler knows.
    if (truth) return put("true");
    put("false");
  }
  /// Room for `bytes` bytes, and how far it was written to.
  char* room(std::size_t bytes) {
    ensure(bytes);
    return position_;
  }
  void wrote_to(char* end) noexcept { position_ = end; }
  /// A string in quotes, UTF-8 with only what must be escaped escaped.
  void put_string(std::string_view text) {
    constexpr std::size_t quotes = 2;
    ensure(text.size() + quotes);
    char* to = position_;
    *to++ = '"';
    position_ = put_rest_of_string(text, to);
  }
  /// `before`, a member's name, and its colon.
  void put_name(char before, std::string_view name) {
    constexpr std::size_t punctuation = 4;  // what is before, "" of the name, the colon
    ensure(name.size() + punctuation);
    char* to = position_;
    *to++ = before;
    *to++ = '"';
    to = put_rest_of_string(name, to);
    *to++ = ':';
    position_ = to;
  }
  template <std::integral Number>
  void put_number(Number number) {
    ensure(number_bytes_max);
    position_ = std::to_chars(position_, position_ + number_bytes_max, number).ptr;
  }
  /// The fewest digits that read back the same, whole numbers without a point: 1.25, 100000,
  /// 1e+300, -0.0. Infinity and NaN, which JSON does not have, as null.
  void put_number(double number);
  /// The same, read back as a float.
  void put_number(float number);

 private:
  // Longest of all: 17 digits, sign, point, exponent.
  static constexpr std::size_t number_bytes_max = 32;
  static constexpr std::size_t escape_bytes_max = 6;  // \u001f

  void commit() noexcept {
    if (begin_ != nullptr) to_.commit(static_cast<std::size_t>(position_ - begin_));
    begin_ = position_;
  }
  void ensure(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - position_) < bytes) [[unlikely]]
      refill(bytes);
  }
  void refill(std::size_t bytes);
  template <class Real>
  void put_real(Real number);
  // Where there is room for as much as it is without escapes, the quote behind it and a byte more;
  // returns the end, with room for that byte.
  char* put_rest_of_string(std::string_view text, char* to) {
    const std::size_t clean = copy_clean(text, to);
    to += clean;
    if (clean < text.size()) [[unlikely]]
      to = put_from_escape(text.substr(clean), to);
    *to++ = '"';
    return to;
  }
  char* put_from_escape(std::string_view text, char* to);
  void put_escaped(unsigned char byte);

  arena::segment_buffer& to_;
  char* begin_ = nullptr;
  char* position_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace server::json
