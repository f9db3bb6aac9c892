#include "server/collections/text_position.hpp"

#include <algorithm>

namespace server::collections {

namespace {

constexpr std::string_view white_space = " \t\r\n";

std::size_t skip_white_space(std::string_view text, std::size_t from) noexcept {
  return std::min(text.find_first_not_of(white_space, from), text.size());
}

// The offset of the quote that ends the string which begins at `from`.
std::size_t end_of_string(std::string_view text, std::size_t from) noexcept {
  std::size_t at = from + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2U : 1U;
  return at;
}

}  // namespace

text_position position_of(std::string_view text, std::size_t offset) noexcept {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t last = before.rfind('\n');
  const std::size_t line_begin = last == std::string_view::npos ? 0 : last + 1;
  return {lines + 1, before.size() - line_begin + 1};
}

std::size_t offset_of_row(std::string_view text, std::size_t number) noexcept {
  std::size_t at = skip_white_space(text, 0);
  const std::size_t depth_of_rows = text.substr(at).starts_with('[') ? 1 : 2;
  std::size_t depth = 0;
  std::size_t rows_to_skip = number;
  bool among_rows = false;
  for (; at < text.size(); ++at) {
    const char byte = text[at];
    if (byte == '"') at = end_of_string(text, at);
    if (byte == ']' || byte == '}') among_rows = --depth == depth_of_rows && among_rows;
    if (byte == '[' || byte == '{') {
      if (++depth != depth_of_rows) continue;
      among_rows = byte == '[';
      rows_to_skip = number;
      if (among_rows && number == 0) return skip_white_space(text, at + 1);
    }
    if (byte == ',' && depth == depth_of_rows && among_rows && --rows_to_skip == 0)
      return skip_white_space(text, at + 1);
  }
  return text.size();
}

}  // namespace server::collections
