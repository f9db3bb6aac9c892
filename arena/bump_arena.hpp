// A bump arena: memory is taken by moving a pointer and given back all at once by reset().
// Owned by one thread at a time; not synchronised. Its blocks come from an upstream resource and
// survive reset(), so that a reused arena neither calls the heap nor faults pages in again.
// It runs no destructor: what is placed in it must not need one, or its owner must run it first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <new>

#include "arena/poison.hpp"

namespace arena {

/// How an arena grows. Block i has min(first_block_bytes << i, max_block_bytes) bytes, header
/// included: growth follows the block's index, never the size of an earlier block or request.
struct arena_options {
  /// Bytes of the first block, at least min_block_bytes.
  std::size_t first_block_bytes = std::size_t{16} << 10;
  /// Cap of a block's bytes; a request of more than a quarter of a block gets one of its own.
  std::size_t max_block_bytes = std::size_t{512} << 10;
  /// The most bytes that may be in use at once (see bump_arena::limit).
  std::size_t limit_bytes = std::numeric_limits<std::size_t>::max();
};

/// Smallest block that the growth rule works with.
inline constexpr std::size_t min_block_bytes = 256;

/// Exact bookkeeping, in payload bytes. At any time used + wasted + free == reserved.
struct arena_statistics {
  std::size_t used_bytes;      ///< handed out since the last reset, rounding and padding included
  std::size_t wasted_bytes;    ///< tails of blocks that were left behind since the last reset
  std::size_t free_bytes;      ///< left in the current block, and in kept blocks not yet reached
  std::size_t reserved_bytes;  ///< payload of all blocks that the arena holds
  std::size_t peak_bytes;      ///< largest used_bytes ever seen
  std::size_t blocks;          ///< blocks held, those of large requests included
  std::uint64_t upstream_allocations;  ///< calls of upstream's allocate since construction
};

/// Thrown when an allocation would take the bytes in use over the limit. Nothing has changed then.
class allocation_limit_exceeded : public std::bad_alloc {
 public:
  allocation_limit_exceeded(std::size_t asked, std::size_t used, std::size_t limit) noexcept
      : asked_bytes(asked), used_bytes(used), limit_bytes(limit) {}

  const char* what() const noexcept override { return "arena: allocation limit exceeded"; }

  std::size_t asked_bytes;
  std::size_t used_bytes;
  std::size_t limit_bytes;
};

class bump_arena final : public std::pmr::memory_resource {
 public:
  /// Sizes are rounded up to this, so that the pointer is always aligned to it.
  static constexpr std::size_t granule_bytes = 8;

  /// Takes no memory yet. `upstream` must outlive the arena; it gets each block back with exactly
  /// the size and alignment it gave it with.
  explicit bump_arena(std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                      arena_options options = {}) noexcept;
  ~bump_arena() override;

  bump_arena(const bump_arena&) = delete;
  bump_arena& operator=(const bump_arena&) = delete;

  /// Memory for `bytes` bytes, never null, zero bytes included. O(1) unless a block is fetched.
  /// `alignment` is a power of two; up to granule_bytes it costs nothing.
  /// Throws allocation_limit_exceeded, or what upstream throws; then nothing has changed.
  /// Lifetime: until reset() or the arena's end.
  [[nodiscard]] void* allocate(std::size_t bytes,
                               std::size_t alignment = alignof(std::max_align_t)) {
    // One compare covers zero sizes, sizes that wrap, a full block and an arena with none.
    const std::size_t rounded = (bytes + (granule_bytes - 1)) & ~(granule_bytes - 1);
    if (!poisoning && alignment <= granule_bytes &&
        rounded - 1 < static_cast<std::size_t>(end_ - position_)) [[likely]] {
      std::byte* const result = position_;
      position_ += rounded;
      return result;
    }
    return allocate_slow(bytes, alignment);
  }

  /// Changes the size of the latest allocation in place, up or down. False, and nothing has
  /// changed, if `p` is not the latest, its block is too small, or the limit is in the way.
  [[nodiscard]] bool try_expand(void* p, std::size_t old_bytes, std::size_t new_bytes) noexcept;

  /// Ends the life of everything allocated, in O(blocks given up). Keeps blocks from the first on
  /// while their bytes together do not exceed `keep_bytes`; large requests' blocks always go.
  void reset(std::size_t keep_bytes = std::numeric_limits<std::size_t>::max()) noexcept;

  /// Sets the most bytes that may be in use at once, counted as used_bytes is; exact to the
  /// granule, but that an over-aligned request needs room for the most padding it could take.
  /// Below what is in use already, every further allocation fails.
  void limit(std::size_t bytes) noexcept;
  std::size_t limit() const noexcept { return limit_bytes_; }

  /// Bytes handed out since the last reset.
  std::size_t used() const noexcept {
    return settled_bytes_ + static_cast<std::size_t>(position_ - begin_);
  }
  /// O(1).
  arena_statistics statistics() const noexcept;

 private:
  struct block;

  void* allocate_slow(std::size_t bytes, std::size_t alignment);
  void* take_from_current(std::size_t rounded, std::size_t alignment, std::size_t bytes) noexcept;
  void* take_block_of_its_own(std::size_t rounded, std::size_t alignment, std::size_t bytes);
  std::size_t largest_for_next_block() const noexcept;
  void enter_next_block();
  void enter(block* next) noexcept;
  void forget_current() noexcept;
  void update_end() noexcept;
  std::size_t growth(std::size_t index) const noexcept;
  block* fetch(std::size_t bytes);
  void give_back(block* list) noexcept;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return allocate(bytes, alignment);
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::byte* position_ = nullptr;   // next free byte of the current block
  std::byte* end_ = nullptr;        // what the fast path may reach: the block's end or the limit
  std::byte* begin_ = nullptr;      // payload of the current block
  std::byte* block_end_ = nullptr;  // its end
  std::size_t settled_bytes_ = 0;   // used outside the current block
  std::size_t limit_bytes_;
  std::size_t wasted_bytes_ = 0;
  std::size_t reserved_bytes_ = 0;
  std::size_t peak_bytes_ = 0;
  std::size_t blocks_ = 0;
  std::uint64_t upstream_allocations_ = 0;
  block* first_ = nullptr;    // the blocks that are bumped through, in order of growth
  block* current_ = nullptr;  // the one in use; null before the first allocation
  block* large_ = nullptr;    // blocks of single large requests
  std::size_t index_ = 0;     // of the block that would follow current_
  std::pmr::memory_resource* upstream_;
  arena_options options_;
};

}  // namespace arena
