// What an arena has done with its memory, in numbers.
// A copy, taken in one go; it does not change with the arena.
// Counted exactly: nothing is sampled or rounded.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arena {

/// Exact bookkeeping, in payload bytes. At any time used + wasted + free == reserved.
struct arena_statistics {
  std::size_t used_bytes;      ///< handed out, with rounding, and padding inside a block
  std::size_t wasted_bytes;    ///< tails left behind, padding at starts and in large blocks
  std::size_t free_bytes;      ///< left in the current block, and in kept blocks not yet reached
  std::size_t reserved_bytes;  ///< payload of all blocks that the arena holds, caller's included
  std::size_t peak_bytes;      ///< largest used_bytes since the last reset
  std::size_t blocks;          ///< blocks held from upstream, those of large requests included
  std::uint64_t upstream_allocations;  ///< blocks fetched since construction
};

}  // namespace arena
