// Whether bytes are UTF-8 (RFC 3629, section 4). Surrogates, overlong forms and what is above
// U+10FFFF are no characters. Pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace server::json {

/// Bytes of the character that `text` begins with, 1 to 4; 0: it begins with none. O(1).
std::size_t utf8_character_bytes(std::string_view text) noexcept;

/// How many bytes at the beginning of `text` are whole characters: all of them if it is UTF-8.
/// O(bytes).
std::size_t valid_utf8_bytes(std::string_view text) noexcept;

}  // namespace server::json
