// What an arena is told: how it grows, how much it may use, and what of its blocks it keeps.
// Values, copied into the arena; they may be made anywhere.
// No setting is refused: one that is out of bounds counts as the nearest that is not.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "arena/bump.hpp"

namespace arena {

/// Smallest block that the growth rule works with.
inline constexpr std::size_t min_block_bytes = 256;

/// How an arena grows. Block i has min(first_block_bytes << i, max_block_bytes) bytes, header
/// included: growth follows the block's index, never the size of an earlier block or request. Where
/// a request needs more, the block is doubled until it is enough, and until what is left behind for
/// it is at most a quarter of the old block or of the new. A request of more than a quarter of
/// max_block_bytes is large: it gets a block of its own beside them, which goes back at reset().
struct arena_options {
  /// Bytes of the first block, at least min_block_bytes. Sizes are rounded down to 8 bytes.
  std::size_t first_block_bytes = std::size_t{16} << 10;
  /// Cap of a block's bytes, but for what prepare() and keep::coalesced() ask for; at least
  /// first_block_bytes.
  std::size_t max_block_bytes = std::size_t{512} << 10;
  /// The most bytes that may be in use at once (see bump_arena::limit).
  std::size_t limit_bytes = std::numeric_limits<std::size_t>::max();

  constexpr arena_options within_bounds() const noexcept {
    arena_options result = *this;
    result.first_block_bytes = std::max(min_block_bytes, round_down(first_block_bytes));
    result.max_block_bytes = std::max(result.first_block_bytes, round_down(max_block_bytes));
    return result;
  }
};

/// Which blocks survive bump_arena::reset(). Blocks of single large requests never do.
class keep {
 public:
  enum class policy : unsigned char { blocks_up_to, largest, coalesced };

  /// Every block: no heap call and no page fault as long as later uses need no more, large requests
  /// apart. O(1).
  static constexpr keep all() noexcept { return {policy::blocks_up_to, unbounded}; }
  /// None: everything goes back to upstream.
  static constexpr keep none() noexcept { return {policy::blocks_up_to, 0}; }
  /// Blocks from the first on, while their bytes together are not more than `bytes`.
  static constexpr keep up_to(std::size_t bytes) noexcept { return {policy::blocks_up_to, bytes}; }
  /// The first block alone, or none if it has more than `at_most` bytes.
  static constexpr keep first(std::size_t at_most = unbounded) noexcept {
    return {policy::blocks_up_to, at_most, 1};
  }
  /// The largest block alone (the first of them).
  static constexpr keep largest() noexcept { return {policy::largest, unbounded, 1}; }
  /// As up_to, but where more than one block would be kept, a single one takes their place: of
  /// their bytes together, whatever max_block_bytes says, and fetched when the next allocation
  /// needs it. It is kept from then on: `bytes` bounds what a large request leaves behind.
  static constexpr keep coalesced(std::size_t bytes) noexcept { return {policy::coalesced, bytes}; }

  constexpr bool keeps_all() const noexcept {
    return how == policy::blocks_up_to && bytes == unbounded && blocks == unbounded;
  }

  policy how;
  std::size_t bytes;   ///< of all blocks kept
  std::size_t blocks;  ///< how many at most

 private:
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
  constexpr keep(policy chosen, std::size_t at_most, std::size_t count = unbounded) noexcept
      : how(chosen), bytes(at_most), blocks(count) {}
};

}  // namespace arena
