// The blocks that a bump_arena must have, beside those that its upstream gave: the chain that it
// bumps through, in order, and the blocks of single large requests. From them follows how large the
// next block is, where the arena goes on, and what a reset keeps. Part of arena_model.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "arena/arena_options.hpp"
#include "arena/block_source.hpp"
#include "tests/support/arena_program/expectations.hpp"
#include "tests/support/arena_program/recording_upstream.hpp"

class block_chain {
 public:
  using block = recording_upstream::block;

  /// Where the arena goes on; at null, and without room, before its first block.
  struct spot {
    std::byte* position = nullptr;
    std::byte* room_end = nullptr;

    std::size_t left() const noexcept { return static_cast<std::size_t>(room_end - position); }
  };
  block_chain(expectations& expected, const recording_upstream& upstream,
              std::span<std::byte> initial, arena::arena_options options) noexcept;

  /// The end of the block, or the caller's buffer, that has the payload byte `p`; or null.
  std::byte* end_of_block_at(const std::byte* p) const noexcept;
  std::size_t initial_bytes() const noexcept { return initial_.size(); }
  /// Where the arena goes on after a reset; nothing if that is not known.
  std::optional<spot> start() const noexcept;
  /// Payload of the blocks behind `from`; nothing if that is not known.
  std::optional<std::size_t> bytes_not_reached(const spot& from) const noexcept;
  /// Whether each of upstream's blocks is in its place here.
  bool is_complete() const noexcept;

  /// Whether a request that does not fit the current block must get one of its own.
  void check_large(std::size_t rounded, bool got_its_own) const noexcept;
  /// `payload_bytes` bytes were taken `at`, not at `from`, but in a block behind it, fetched or
  /// not.
  void entered(const std::optional<spot>& from, const std::byte* at, std::size_t payload_bytes);
  /// The arena may have gone on to other blocks, it is not known where from.
  void entered_somewhere();
  /// Takes in the blocks that were fetched meanwhile: as those of a large request the one that has
  /// `large` in it, which may be null, as the chain's last the others.
  void take_in(const std::byte* large, std::size_t depth);

  /// Whether `p` is a large request's, of this scope, among the latest few.
  bool is_recent_large(const std::byte* p, std::size_t depth) const noexcept;
  /// Forgets the large requests' blocks that went back to upstream.
  void forget_returned() noexcept;
  void scope_ended(std::size_t depth) noexcept;
  /// After the arena's reset: it must have kept what `what` says.
  void was_reset(arena::keep what);
  /// As bump_arena's.
  void first_block_bytes(std::size_t bytes) noexcept;

 private:
  struct large_block {
    std::size_t number;
    std::size_t depth;
  };
  struct kept_blocks {
    std::vector<block> blocks;
    std::size_t coalesced_bytes = 0;
  };

  bool is_large(const block& each) const noexcept;
  std::size_t index_behind(const spot& from) const noexcept;
  std::size_t next_bytes(std::size_t index) const noexcept;
  std::size_t least_bytes(const spot& from, std::size_t index,
                          std::size_t payload_bytes) const noexcept;
  void add(const block& added, std::size_t index, std::size_t least_bytes);
  kept_blocks kept_by(arena::keep what) const;

  expectations& expected_;
  const recording_upstream& upstream_;
  std::span<std::byte> initial_;  // in whole granules; empty, and at null, if there is none
  std::size_t growth_bytes_;      // of block 0, unless first_bytes_ says otherwise
  std::size_t most_bytes_;
  std::size_t first_bytes_;  // of the next first block; 0 if that is not known
  std::vector<block> chain_;
  std::vector<large_block> large_;  // by age, those the program gave back but the arena kept too
  std::size_t seen_ = 0;            // number of the latest block taken in
  bool order_is_known_ = true;      // of the chain
};
