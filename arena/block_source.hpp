// An arena's blocks: fetched from upstream, linked in the order in which they are bumped through,
// and given back with exactly the size and alignment they came with. Part of bump_arena.
// It never decides anything: which blocks to fetch and to keep is the arena's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "arena/arena_options.hpp"

namespace arena {

/// Stands at the head of each block; the payload follows it.
struct alignas(std::max_align_t) block {
  block* next;
  std::size_t bytes;  // as asked of upstream, header included

  std::byte* payload() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  std::size_t payload_bytes() const noexcept { return bytes - sizeof(block); }
  std::byte* end() noexcept { return payload() + payload_bytes(); }
  bool holds(const void* p) const noexcept;
};

/// The traffic of one arena with its upstream, and its sums.
class block_source {
 public:
  static constexpr std::size_t block_alignment = alignof(block);

  explicit block_source(std::pmr::memory_resource* upstream) noexcept : upstream_(upstream) {}

  /// A block whose payload is poisoned and whose `next` is null. Throws what upstream throws; then
  /// nothing has changed.
  block* fetch(std::size_t bytes);
  /// Gives back each block of the list that starts at `list` and ends before `end`.
  void give_back(block* list, const block* end = nullptr) noexcept;

  /// Gives back what `what` does not keep of the list at `first`. Returns the bytes of the one
  /// block that is to take the place of those it would keep, or 0. O(blocks), with keep::all()
  /// O(1).
  std::size_t retain(block*& first, keep what) noexcept;
  /// Gives back those of the list at `first` that have more than `bytes`. O(blocks).
  void give_back_larger(block*& first, std::size_t bytes) noexcept;

  std::size_t blocks() const noexcept { return blocks_; }
  std::size_t reserved_bytes() const noexcept { return reserved_bytes_; }
  std::uint64_t fetched() const noexcept { return fetched_; }

 private:
  // Gives back what stands before the largest block.
  void move_largest_to(block*& first) noexcept;

  std::pmr::memory_resource* upstream_;
  std::size_t blocks_ = 0;
  std::size_t reserved_bytes_ = 0;  // payload
  std::uint64_t fetched_ = 0;
};

}  // namespace arena
