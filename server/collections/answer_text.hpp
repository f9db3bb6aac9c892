// Answers as text: an array of JSON objects, or CSV with a header line (RFC 4180, lines ended by LF
// as PostgREST does). Straight into the response's segments. Pure functions.
#pragma once

#include <cstddef>
#include <memory_resource>

#include "arena/segment_buffer.hpp"
#include "server/collections/answer.hpp"

namespace server::collections {

// Both throw what the memory throws. O(text).

void write_json(const answer& rows, std::pmr::memory_resource* memory, arena::segment_buffer& to);
/// Null is nothing; arrays and objects are their JSON.
void write_csv(const answer& rows, std::pmr::memory_resource* memory, arena::segment_buffer& to);

/// One whole row as an object.
void write_row(const collection& of, std::size_t row, arena::segment_buffer& to);

}  // namespace server::collections
