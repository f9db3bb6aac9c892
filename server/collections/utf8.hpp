// Whether bytes are UTF-8 (RFC 3629). Used while loading, on files of kinds that no parser checks.
#pragma once

#include <cstddef>
#include <string_view>

namespace server::collections {

/// How many bytes at the beginning of `text` are whole characters: all of them if it is UTF-8.
/// Surrogates, overlong forms and what is above U+10FFFF are no characters. O(bytes).
std::size_t valid_utf8_bytes(std::string_view text) noexcept;

}  // namespace server::collections
