#include "server/json/utf8.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace server::json {

namespace {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");

constexpr std::uint64_t high_bits = 0x8080808080808080;

// Of the words at `at`, all together.
template <std::size_t Words>
std::uint64_t high_bits_of(const char* at) noexcept {
  std::array<std::uint64_t, Words> words;
  std::memcpy(words.data(), at, sizeof words);
  std::uint64_t all = 0;
  for (const std::uint64_t word : words) all |= word;
  return all & high_bits;
}

bool is_ascii(char byte) noexcept {
  return static_cast<unsigned char>(byte) < 0x80;
}

// Where the first byte from `at` on is that is no ASCII, or the end.
std::size_t skip_ascii(std::string_view text, std::size_t at) noexcept {
  while (text.size() - at >= 32 && high_bits_of<4>(text.data() + at) == 0) at += 32;
  while (text.size() - at >= 8) {
    const std::uint64_t found = high_bits_of<1>(text.data() + at);
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    at += 8;
  }
  while (at < text.size() && is_ascii(text[at])) ++at;
  return at;
}

}  // namespace

std::size_t utf8_character_bytes(std::string_view text) noexcept {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0);
  const unsigned second = at(1);
  if (first < 0x80) return text.empty() ? 0 : 1;
  if (!continues(1)) return 0;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (!continues(2)) return 0;
  if (first == 0xE0) return second >= 0xA0 ? 3 : 0;
  if (first == 0xED) return second <= 0x9F ? 3 : 0;
  if (first >= 0xE1 && first <= 0xEF) return 3;
  if (!continues(3)) return 0;
  if (first == 0xF0) return second >= 0x90 ? 4 : 0;
  if (first == 0xF4) return second <= 0x8F ? 4 : 0;
  return first >= 0xF1 && first <= 0xF3 ? 4 : 0;
}

std::size_t valid_utf8_bytes(std::string_view text) noexcept {
  std::size_t at = skip_ascii(text, 0);
  while (at < text.size()) {
    const std::size_t taken = utf8_character_bytes(text.substr(at));
    if (taken == 0) return at;
    at += taken;
    if (at < text.size() && is_ascii(text[at])) at = skip_ascii(text, at);
  }
  return at;
}

}  // namespace server::json
