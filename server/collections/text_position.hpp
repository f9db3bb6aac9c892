// Where in a text something is, as people count: for messages about files that cannot be loaded.
#pragma once

#include <cstddef>
#include <string_view>

namespace server::collections {

struct text_position {
  std::size_t line;    ///< from 1
  std::size_t column;  ///< from 1, in bytes
};

/// Where the byte at `offset` is. An offset past the end counts as the end. O(offset).
text_position position_of(std::string_view text, std::size_t offset) noexcept;

/// Without the UTF-8 byte order mark at its beginning, if there is one.
constexpr std::string_view without_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.substr(text.starts_with(mark) ? mark.size() : 0);
}

/// Where element `number`, from 0, of a list of rows begins. `text` is valid JSON: an array, or an
/// object of which one member is an array. The end of the text if there is no such row. O(text).
std::size_t offset_of_row(std::string_view text, std::size_t number) noexcept;

}  // namespace server::collections
