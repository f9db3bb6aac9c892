// The character classes of HTTP's grammar, as tables: one load a byte.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace server {

class character_class {
 public:
  /// The letters and digits of ASCII, and `others`.
  static constexpr character_class alphanumeric_and(std::string_view others) noexcept {
    character_class made;
    for (unsigned byte = '0'; byte <= '9'; ++byte) made.holds_[byte] = true;
    for (unsigned byte = 'a'; byte <= 'z'; ++byte) made.holds_[byte] = true;
    for (unsigned byte = 'A'; byte <= 'Z'; ++byte) made.holds_[byte] = true;
    for (const char byte : others) made.holds_[static_cast<unsigned char>(byte)] = true;
    return made;
  }
  /// All bytes but controls and `others`.
  static constexpr character_class printable_but(std::string_view others) noexcept {
    character_class made;
    for (unsigned byte = 0x20; byte < 256; ++byte) made.holds_[byte] = byte != 0x7f;
    for (const char byte : others) made.holds_[static_cast<unsigned char>(byte)] = false;
    return made;
  }
  /// These and one more.
  constexpr character_class with(char other) const noexcept {
    character_class made = *this;
    made.holds_[static_cast<unsigned char>(other)] = true;
    return made;
  }

  constexpr bool operator()(char byte) const noexcept {
    return holds_[static_cast<unsigned char>(byte)];
  }
  /// How many bytes at the beginning of `text` are of the class.
  constexpr std::size_t prefix_size(std::string_view text) const noexcept {
    const auto end =
        std::find_if_not(text.begin(), text.end(), [this](char byte) { return (*this)(byte); });
    return static_cast<std::size_t>(end - text.begin());
  }
  constexpr bool holds_all(std::string_view text) const noexcept {
    return prefix_size(text) == text.size();
  }

 private:
  std::array<bool, 256> holds_{};
};

/// tchar (RFC 9110, section 5.6.2): method and field names.
inline constexpr auto token_class = character_class::alphanumeric_and("!#$%&'*+-.^_`|~");

/// pchar and the slash (RFC 3986, section 3.3), but for the percent sign, which begins an escape.
inline constexpr auto path_class = character_class::alphanumeric_and("/-._~!$&'()*+,;=:@");

/// What stands as it is in any part of a URL (RFC 3986, section 2.3).
inline constexpr auto unreserved_class = character_class::alphanumeric_and("-._~");

/// What a query may hold here, escapes apart: clients send much that RFC 3986 wants encoded.
inline constexpr auto query_class = character_class::printable_but(" #%");

/// A field value's bytes: VCHAR, obs-text, space and tab (RFC 9110, section 5.5).
inline constexpr auto text_class = character_class::printable_but("").with('\t');

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

constexpr bool is_white_space(char byte) noexcept {
  return byte == ' ' || byte == '\t';
}

/// `text` without the white space around it (OWS, RFC 9110, section 5.6.3).
constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace server
