// What must be escaped in a JSON string (RFC 8259, section 7): controls, '"' and '\\'. Finding none
// of it is the usual case, so whole vectors are looked at and copied at once. Pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

namespace scanners {

/// Below it a text is a few words, and is copied by them.
inline constexpr std::size_t short_below_bytes = 16;

// Has the highest bit set of bytes that must be escaped, and of no byte below the lowest of them: a
// byte of 0x80 and more is none, and a borrow cannot reach a byte without having found one below
// it.
inline std::uint64_t escapes_in(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto zero_byte = [](std::uint64_t v) { return (v - ones) & ~v; };
  const std::uint64_t control = (bytes - ones * 0x20) & ~bytes;
  return (control | zero_byte(bytes ^ ones * '"') | zero_byte(bytes ^ ones * '\\')) & ones * 0x80;
}

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");

inline std::size_t first_of(std::uint64_t escapes) noexcept {
  return static_cast<std::size_t>(std::countr_zero(escapes)) / 8;
}

template <class Word>
std::uint64_t copy_word(const char* from, char* to) noexcept {
  Word bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  std::memcpy(to, &bytes, sizeof bytes);
  return bytes;
}

/// copy_clean for less than short_below_bytes: by two words that overlap, without a loop.
inline std::size_t copy_short(std::string_view text, char* to) noexcept {
  const std::size_t size = text.size();
  const char* const from = text.data();
  if (size >= 8) {
    const std::size_t second = size - 8;
    const auto in_first = escapes_in(copy_word<std::uint64_t>(from, to));
    const auto in_second = escapes_in(copy_word<std::uint64_t>(from + second, to + second));
    if ((in_first | in_second) == 0) return size;
    return in_first != 0 ? first_of(in_first) : second + first_of(in_second);
  }
  if (size >= 4) {
    const std::size_t second = size - 4;
    const auto low = copy_word<std::uint32_t>(from, to);
    const auto high = copy_word<std::uint32_t>(from + second, to + second);
    const auto found = escapes_in(low | high << 32);
    if (found == 0) return size;
    const std::size_t first = first_of(found);
    return first < 4 ? first : second + first - 4;
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (escapes[static_cast<unsigned char>(from[at])] != 0) return at;
    to[at] = from[at];
  }
  return size;
}

/// copy_clean for the others.
std::size_t copy_long(std::string_view text, char* to) noexcept;

/// copy_clean by one kind of instruction each, for tests and benchmarks. A kind that this CPU does
/// not have must not be called.
std::size_t scalar(std::string_view text, char* to) noexcept;
#if defined(__x86_64__)
std::size_t sse2(std::string_view text, char* to) noexcept;
std::size_t avx2(std::string_view text, char* to) noexcept;
bool has_avx2() noexcept;
#endif

}  // namespace scanners

/// Copies `text` to `to`, which has room for all of it, up to the first byte that must be escaped,
/// and returns how many bytes that is. What is behind them in `to` is undefined. O(text).
inline std::size_t copy_clean(std::string_view text, char* to) noexcept {
  return text.size() < scanners::short_below_bytes ? scanners::copy_short(text, to)
                                                   : scanners::copy_long(text, to);
}

}  // namespace server::json
