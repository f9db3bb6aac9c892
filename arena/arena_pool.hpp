// Warm arenas of one thread, and the lease under which a request holds one.
// Not synchronised: a lease begins and ends on the pool's thread. The pool must outlive its leases.
// In poisoning builds a released arena waits in quarantine, poisoned, before it serves again, so
// that a use after release is seen instead of landing in the next request's bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

#include "arena/block_cache.hpp"
#include "arena/bump_arena.hpp"

namespace arena {

class arena_pool;

/// Holds one arena until its end; then everything allocated from it is gone. Move-only.
class arena_lease {
 public:
  arena_lease() noexcept = default;
  arena_lease(arena_lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), arena_(std::move(other.arena_)) {}
  arena_lease& operator=(arena_lease&& other) noexcept {
    arena_lease gone(std::move(*this));
    pool_ = std::exchange(other.pool_, nullptr);
    arena_ = std::move(other.arena_);
    return *this;
  }
  ~arena_lease() { release(); }

  /// Ends the lease now. Noexcept; no effect on an empty lease.
  void release() noexcept;

  explicit operator bool() const noexcept { return arena_ != nullptr; }
  bump_arena* get() const noexcept { return arena_.get(); }
  bump_arena& operator*() const noexcept { return *arena_; }
  bump_arena* operator->() const noexcept { return arena_.get(); }

 private:
  friend class arena_pool;
  arena_lease(arena_pool* pool, std::unique_ptr<bump_arena> arena) noexcept
      : pool_(pool), arena_(std::move(arena)) {}

  arena_pool* pool_ = nullptr;
  std::unique_ptr<bump_arena> arena_;
};

struct pool_options {
  /// How each arena grows, and its limit. Idle arenas keep their first block and no more.
  arena_options arena = {};
  /// The most bytes of idle blocks that are kept beyond those first blocks.
  std::size_t retain_bytes = std::size_t{64} << 20;
};

struct pool_statistics {
  std::size_t leased;                  ///< arenas held by leases
  std::size_t idle;                    ///< warm arenas that wait
  std::size_t idle_bytes;              ///< bytes of blocks that wait outside any arena
  std::uint64_t upstream_allocations;  ///< blocks fetched from upstream since construction
  std::uint64_t trimmed_blocks;        ///< blocks given back to upstream by trim()
};

class arena_pool {
 public:
  /// How many releases a poisoned arena sits out: more than a connection's next few requests.
  static constexpr std::size_t quarantine_arenas = poisoning ? 32 : 0;

  /// Takes no memory yet. `upstream` must outlive the pool.
  explicit arena_pool(pool_options options = {},
                      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource());
  ~arena_pool();

  arena_pool(const arena_pool&) = delete;
  arena_pool& operator=(const arena_pool&) = delete;

  /// An empty arena at its configured limit: the one released last, or a new one.
  /// Throws std::bad_alloc if a new one cannot be had.
  [[nodiscard]] arena_lease lease();

  /// Gives back to upstream half of what was not needed since the last call, but one arena stays
  /// warm however rare requests are. To be called once a second or so.
  void trim() noexcept;

  pool_statistics statistics() const noexcept;

 private:
  friend class arena_lease;
  void take_back(std::unique_ptr<bump_arena> released) noexcept;
  void make_idle(std::unique_ptr<bump_arena> released) noexcept;

  pool_options options_;
  block_cache cache_;
  std::vector<std::unique_ptr<bump_arena>> idle_;  // used as a stack: the warmest is on top
  std::array<std::unique_ptr<bump_arena>, quarantine_arenas> quarantine_;
  std::size_t quarantine_next_ = 0;  // whose time is over next
  std::size_t leased_ = 0;
  std::size_t low_watermark_ = 0;  // fewest idle arenas since the last trim
};

}  // namespace arena
