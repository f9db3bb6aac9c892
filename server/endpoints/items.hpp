// What is behind /items: a list of N items with nested values, the shape that peers have; as a
// document, or written without one. Both give the same text, byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "arena/segment_buffer.hpp"

namespace server::endpoints {

inline constexpr std::size_t items_count_max = 100'000;

/// {"count":N,"items":[...]} in `storage`. Lifetime: as the storage.
boost::json::value make_items(std::int64_t count, const boost::json::storage_ptr& storage);

/// The same as text, straight into `to`. Throws what its memory throws.
void write_items(std::int64_t count, arena::segment_buffer& to);

}  // namespace server::endpoints
