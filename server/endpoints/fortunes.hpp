// The fortunes page of the HTTP benchmarks: rows made, one added, sorted by text and written as an
// HTML table. Pure: knows nothing of HTTP; all memory is the caller's.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>

#include "arena/segment_buffer.hpp"

namespace server::endpoints {

/// Appends the page with `rows` rows and the one that is added. Each row's text is copied to
/// `memory`, as if it came from elsewhere. Throws what the memory throws. O(rows log rows).
void write_fortunes(std::size_t rows, std::pmr::memory_resource* memory, arena::segment_buffer& to);

/// Appends `text` as the content of an HTML element or of an attribute in quotes.
void append_html(std::string_view text, arena::segment_buffer& to);

}  // namespace server::endpoints
