// The document behind /items: a list of N items with nested values, the shape that peers have.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

namespace server::endpoints {

inline constexpr std::size_t items_count_max = 100'000;

/// {"count":N,"items":[...]} in `storage`. Lifetime: as the storage.
boost::json::value make_items(std::int64_t count, const boost::json::storage_ptr& storage);

}  // namespace server::endpoints
