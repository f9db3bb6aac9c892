#include "server/collections/like_pattern.hpp"

#include <algorithm>
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

// Where from `at` on a byte is that `pattern` may begin with, or the end of the text.
std::size_t next_candidate(std::string_view text, std::size_t at, std::string_view pattern,
                           letter_case cases) noexcept {
  if (cases == letter_case::ignored || pattern.empty() || is_any_text(pattern[0]) ||
      pattern[0] == '_' || pattern[0] == '\\')
    return at;
  return std::min(text.find(pattern[0], at), text.size());
}

}  // namespace

bool is_like(std::string_view text, std::string_view pattern, letter_case cases,
             work_budget& budget) {
  constexpr std::size_t bytes_a_unit = 8;
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  // Where to go on if what follows the last "any text" does not fit: one character further.
  std::size_t retry_at = 0;
  std::size_t retry_in_pattern = std::string_view::npos;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && is_any_text(pattern[in_pattern])) {
      if (++in_pattern == pattern.size()) return true;
      retry_in_pattern = in_pattern;
      retry_at = at = next_candidate(text, at, pattern.substr(in_pattern), cases);
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
    budget.spend(1 + (at - retry_at) / bytes_a_unit);
    in_pattern = retry_in_pattern;
    retry_at = at =
        next_candidate(text, next_character(text, retry_at), pattern.substr(in_pattern), cases);
  }
  while (in_pattern < pattern.size() && is_any_text(pattern[in_pattern])) ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace server::collections
