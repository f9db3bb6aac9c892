// Blocks that arenas gave back, kept for the next arena: the reason why a warm server neither calls
// the heap nor faults pages in. One a thread, below the thread's arenas; not synchronised.
// It heals: trim() frees half of what nobody has needed since the trim before.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "arena/size_class.hpp"

namespace arena {

class block_cache final : public std::pmr::memory_resource {
 public:
  /// `upstream` must outlive the cache. More than `retain_bytes` idle bytes are never kept, and
  /// none where upstream has nothing more to give.
  block_cache(std::pmr::memory_resource* upstream, std::size_t retain_bytes) noexcept
      : upstream_(upstream), retain_bytes_(retain_bytes) {}
  ~block_cache() override;

  block_cache(const block_cache&) = delete;
  block_cache& operator=(const block_cache&) = delete;

  /// Frees, of each size, half (rounded up) of the blocks that stayed idle since the last trim.
  /// To be called at a steady pace, about once a second: a burst is forgotten in a few calls.
  void trim() noexcept;

  /// As allocate() and deallocate(), straight from upstream: as thread-safe as that is. A block may
  /// come by either way and go by the other.
  void* allocate_beside(std::size_t bytes, std::size_t alignment);
  void deallocate_beside(void* p, std::size_t bytes, std::size_t alignment);

  /// Bytes of blocks that wait here for an arena.
  std::size_t idle_bytes() const noexcept { return idle_bytes_; }
  /// Blocks fetched from upstream since construction.
  std::uint64_t upstream_allocations() const noexcept { return upstream_allocations_; }
  /// Blocks given back to upstream by trim() since construction.
  std::uint64_t trimmed_blocks() const noexcept { return trimmed_blocks_; }

 private:
  struct idle_block {
    idle_block* next;
  };
  struct kept_blocks {
    idle_block* idle = nullptr;
    std::size_t count = 0;
    std::size_t low_watermark = 0;  // smallest count since the last trim
  };

  static bool cacheable(std::size_t bytes, std::size_t alignment) noexcept;
  void* fetch(std::size_t bytes, std::size_t alignment);
  void free_all() noexcept;
  void free_one(kept_blocks& sized, std::size_t bytes) noexcept;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  std::size_t retain_bytes_;
  std::size_t idle_bytes_ = 0;
  std::uint64_t upstream_allocations_ = 0;
  std::uint64_t trimmed_blocks_ = 0;
  std::array<kept_blocks, size_class::count> classes_;
};

}  // namespace arena
