#include "server/collections/like_pattern.hpp"

#include <cstddef>

namespace server::collections {

namespace {

bool is_continuation(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// Where the character after that at `at` begins.
std::size_t next_character(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && is_continuation(text[at]);) ++at;
  return at;
}

char folded(char byte, letter_case cases) noexcept {
  return cases == letter_case::ignored && byte >= 'A' && byte <= 'Z'
             ? static_cast<char>(byte - 'A' + 'a')
             : byte;
}

bool is_any_text(char byte) noexcept {
  return byte == '*' || byte == '%';
}

}  // namespace

bool is_like(std::string_view text, std::string_view pattern, letter_case cases) noexcept {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  // Where to go on if what follows the last "any text" does not fit: one character further.
  std::size_t retry_at = 0;
  std::size_t retry_in_pattern = std::string_view::npos;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && is_any_text(pattern[in_pattern])) {
      retry_in_pattern = ++in_pattern;
      retry_at = at;
      continue;
    }
    if (in_pattern < pattern.size() && pattern[in_pattern] == '_') {
      ++in_pattern;
      at = next_character(text, at);
      continue;
    }
    const bool escapes = in_pattern + 1 < pattern.size() && pattern[in_pattern] == '\\';
    const std::size_t literal = in_pattern + (escapes ? 1 : 0);
    if (literal < pattern.size() && folded(pattern[literal], cases) == folded(text[at], cases)) {
      in_pattern = literal + 1;
      ++at;
      continue;
    }
    if (retry_in_pattern == std::string_view::npos) return false;
    retry_at = next_character(text, retry_at);
    at = retry_at;
    in_pattern = retry_in_pattern;
  }
  while (in_pattern < pattern.size() && is_any_text(pattern[in_pattern])) ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace server::collections
