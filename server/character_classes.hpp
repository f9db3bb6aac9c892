// The character classes of HTTP's grammar, as tables: one load a byte.
#pragma once

#include <array>
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

  constexpr bool operator()(char byte) const noexcept {
    return holds_[static_cast<unsigned char>(byte)];
  }
  constexpr bool holds_all(std::string_view text) const noexcept {
    for (const char byte : text) {
      if (!(*this)(byte)) return false;
    }
    return true;
  }

 private:
  std::array<bool, 256> holds_{};
};

/// tchar (RFC 9110, section 5.6.2): method and field names.
inline constexpr auto token_class = character_class::alphanumeric_and("!#$%&'*+-.^_`|~");

/// pchar and the slash (RFC 3986, section 3.3).
inline constexpr auto path_class = character_class::alphanumeric_and("/-._~%!$&'()*+,;=:@");

/// What stands as it is in any part of a URL (RFC 3986, section 2.3).
inline constexpr auto unreserved_class = character_class::alphanumeric_and("-._~");

/// What a query may hold here: clients send much in it that RFC 3986 wants encoded.
inline constexpr auto query_class = character_class::printable_but(" #");

/// VCHAR, obs-text and space (RFC 9110, section 5.5); a tab, which is allowed as well, is not here.
inline constexpr auto text_class = character_class::printable_but("");

constexpr bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

constexpr bool is_white_space(char byte) noexcept {
  return byte == ' ' || byte == '\t';
}

/// A field value's bytes.
constexpr bool is_text(char byte) noexcept {
  return text_class(byte) || byte == '\t';
}

/// `text` without the white space around it (OWS, RFC 9110, section 5.6.3).
constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace server
