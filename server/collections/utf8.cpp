#include "server/collections/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace server::collections {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool continues(std::string_view text, std::size_t at) noexcept {
  return (byte_at(text, at) & 0xC0U) == 0x80U;
}

// Bytes of the character of more than one byte that stands at `at`; 0: none does.
std::size_t character_bytes(std::string_view text, std::size_t at) noexcept {
  const unsigned first = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  if (!continues(text, at + 1)) return 0;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (!continues(text, at + 2)) return 0;
  if (first == 0xE0) return second >= 0xA0 ? 3 : 0;
  if (first == 0xED) return second <= 0x9F ? 3 : 0;
  if (first >= 0xE1 && first <= 0xEF) return 3;
  if (!continues(text, at + 3)) return 0;
  if (first == 0xF0) return second >= 0x90 ? 4 : 0;
  if (first == 0xF4) return second <= 0x8F ? 4 : 0;
  return first >= 0xF1 && first <= 0xF3 ? 4 : 0;
}

bool are_ascii(const char* eight) noexcept {
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

std::size_t valid_utf8_bytes(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && are_ascii(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t taken = byte_at(text, at) < 0x80 ? 1 : character_bytes(text, at);
    if (taken == 0) return at;
    at += taken;
  }
  return at;
}

}  // namespace server::collections
