#include "loadtest/server/grown_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace lab_server {

namespace {

constexpr std::size_t number_bytes = 8;

using piece = std::array<char, append_bytes>;

constexpr piece letters() {
  piece made{};
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + i % 26);
  return made;
}

std::uint64_t first_word(std::string_view text) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < std::min(number_bytes, text.size()); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(text[i])} << 8 * i;
  return word;
}

}  // namespace

texts grow(std::size_t bytes, std::size_t count, std::pmr::memory_resource* memory) {
  texts all(count, memory);
  piece added = letters();
  std::size_t grown = 0;
  for (std::uint64_t turn = 0; grown < bytes; ++turn) {
    for (std::size_t i = 0; i < number_bytes; ++i)
      added[i] = static_cast<char>(turn >> 8 * i & 0xFF);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t wanted = bytes / count + (i < bytes % count ? 1 : 0);
      const std::size_t added_bytes = std::min(added.size(), wanted - all[i].size());
      all[i].append(added.data(), added_bytes);
      grown += added_bytes;
    }
  }
  return all;
}

std::uint64_t checksum(const texts& grown) noexcept {
  std::uint64_t sum = grown.size();
  for (const std::string_view text : grown) {
    sum = sum * 31 + text.size();
    for (std::size_t at = 0; at < text.size(); at += append_bytes)
      sum = (sum ^ first_word(text.substr(at))) * 0x100000001B3u;
  }
  return sum;
}

}  // namespace lab_server
