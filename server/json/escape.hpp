// What must be escaped in a JSON string (RFC 8259, section 7): controls, '"' and '\\'. Finding none
// of it is the usual case, so whole vectors are looked at and copied at once. Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace server::json {

/// What follows the backslash for each byte; 0: it goes as it is, 'u': as \u00XX.
inline constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t control = 0; control < 0x20; ++control) table[control] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

/// Copies `text` to `to`, which has room for all of it, up to the first byte that must be escaped,
/// and returns how many bytes that is. What is behind them in `to` is undefined. O(text).
std::size_t copy_clean(std::string_view text, char* to) noexcept;

/// The same by one kind of instruction each, for tests and benchmarks. A kind that this CPU does
/// not have must not be called.
namespace scanners {
std::size_t scalar(std::string_view text, char* to) noexcept;
#if defined(__x86_64__)
std::size_t sse2(std::string_view text, char* to) noexcept;
std::size_t avx2(std::string_view text, char* to) noexcept;
bool has_avx2() noexcept;
#endif
}  // namespace scanners

}  // namespace server::json
