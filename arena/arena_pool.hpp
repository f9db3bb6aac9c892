// Warm arenas of one thread, and the lease under which a request holds one.
// The pool and the arenas that it leases belong to the thread that leases, which alone allocates
// and frees in them; but a lease may end on any. The pool must outlive its leases. It learns for
// each kind of request how large an arena should start. In poisoning builds a released arena waits
// in quarantine, poisoned, before it serves again, so that a use after release is seen instead of
// landing in the next request's bytes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <thread>
#include <utility>
#include <vector>

#include "arena/block_cache.hpp"
#include "arena/bump_arena.hpp"
#include "arena/size_advice.hpp"

namespace arena {

class arena_pool;

/// Where an arena of a pool gets its blocks: from the pool's cache, or, while another thread than
/// the pool's may use the arena, from what stands below the cache and is thread-safe.
class pool_upstream final : public std::pmr::memory_resource {
 public:
  explicit pool_upstream(block_cache& cache) noexcept : cache_(cache) {}
  void passes_cache(bool passes) noexcept { passes_cache_ = passes; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return passes_cache_ ? cache_.allocate_beside(bytes, alignment)
                         : cache_.allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    passes_cache_ ? cache_.deallocate_beside(p, bytes, alignment)
                  : cache_.deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  block_cache& cache_;
  bool passes_cache_ = false;
};

/// One arena of a pool, as it goes from the pool to a lease and back.
struct pooled_arena {
  explicit pooled_arena(block_cache& cache, arena_options options) noexcept
      : upstream(cache), memory(&upstream, options) {}

  pool_upstream upstream;
  bump_arena memory;
  std::size_t key = 0;              // the kind of request that it serves
  std::uint64_t blocks_before = 0;  // what it had fetched, less what it held, when it was leased
  pooled_arena* next = nullptr;     // behind it, among those that came back on another thread
};

/// Holds one arena until its end; then everything allocated from it is gone. Move-only.
class [[nodiscard]] arena_lease {
 public:
  arena_lease() noexcept = default;
  arena_lease(arena_lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), held_(std::move(other.held_)) {}
  arena_lease& operator=(arena_lease&& other) noexcept {
    arena_lease gone(std::move(*this));
    pool_ = std::exchange(other.pool_, nullptr);
    held_ = std::move(other.held_);
    return *this;
  }
  ~arena_lease() { release(); }

  /// Ends the lease now. On another thread than the pool's the arena is only handed over: its
  /// cleanups run, and its memory serves again, when the pool's thread next leases or trims. So
  /// containers that are still in it must be those that create() made, not locals of that thread.
  /// No effect on an empty lease.
  void release() noexcept;

  /// Until serve_own_thread(), any one thread at a time may allocate and free in the arena: blocks
  /// then come from upstream, which must be thread-safe. Both on the pool's thread, with what other
  /// threads do in between ordered by the caller. No effect on an empty lease.
  void serve_any_thread() const noexcept {
    if (held_ != nullptr) held_->upstream.passes_cache(true);
  }
  void serve_own_thread() const noexcept {
    if (held_ != nullptr) held_->upstream.passes_cache(false);
  }

  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// Null if the lease is empty. Lifetime: the lease's.
  bump_arena* get() const noexcept { return held_ != nullptr ? &held_->memory : nullptr; }
  bump_arena& operator*() const noexcept { return held_->memory; }
  bump_arena* operator->() const noexcept { return &held_->memory; }

 private:
  friend class arena_pool;
  arena_lease(arena_pool* pool, std::unique_ptr<pooled_arena> held) noexcept
      : pool_(pool), held_(std::move(held)) {}

  arena_pool* pool_ = nullptr;
  std::unique_ptr<pooled_arena> held_;
};

struct pool_options {
  /// How each arena grows, and its limit. Idle arenas keep their first block if it is no larger
  /// than first_block_bytes, and no more.
  arena_options arena = {};
  /// The most bytes of idle blocks that are kept beyond those first blocks, for whichever arena
  /// needs one next.
  std::size_t retain_bytes = std::size_t{64} << 20;
  /// How many kinds of request the pool learns the sizes of; at least 1.
  std::size_t keys = 1;
};

struct pool_statistics {
  std::size_t leased;                  ///< arenas held by leases, or come back unseen as yet
  std::size_t idle;                    ///< warm arenas that wait; not those in quarantine
  std::size_t idle_bytes;              ///< bytes of blocks that wait outside any arena
  std::uint64_t leases;                ///< begun since construction
  std::uint64_t one_block_leases;      ///< of those that ended: how many used one block at most
  std::uint64_t upstream_allocations;  ///< blocks fetched from upstream since construction
  std::uint64_t trimmed_blocks;        ///< blocks given back to upstream by trim()
};

class arena_pool {
 public:
  /// How many releases a poisoned arena sits out: more than a connection's next few requests.
  static constexpr std::size_t quarantine_arenas = poisoning ? 32 : 0;
  /// One that holds more than this does not, so that tests of huge requests fit the machine.
  static constexpr std::size_t quarantine_bytes = std::size_t{4} << 20;

  /// Takes no arena yet. `upstream` must outlive the pool.
  explicit arena_pool(pool_options options = {},
                      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource());
  /// No lease may be left.
  ~arena_pool();

  arena_pool(const arena_pool&) = delete;
  arena_pool& operator=(const arena_pool&) = delete;

  /// An empty arena at its configured limit: the one released last, or a new one. Its first block
  /// is at least as large as earlier requests of kind `key` (below pool_options::keys) needed, all
  /// but one in size_advice::exceeded_by_one_in, within the block sizes of the options.
  /// Throws std::bad_alloc if a new one cannot be had.
  [[nodiscard]] arena_lease lease(std::size_t key = 0);

  /// Gives back to upstream half of what was not needed since the last call, but one arena stays
  /// warm however rare requests are. To be called once a second or so.
  void trim() noexcept;

  pool_statistics statistics() const noexcept;

 private:
  friend class arena_lease;
  using arena_ptr = std::unique_ptr<pooled_arena>;

  arena_ptr take_idle_or_new();
  void make_first_block_fit(pooled_arena& leased) noexcept;
  void take_back(arena_ptr&& released) noexcept;
  void take_back_here(arena_ptr&& released) noexcept;
  void collect_returned() noexcept;
  void wait_in_quarantine(arena_ptr& released) noexcept;
  void make_idle(arena_ptr&& released) noexcept;

  pool_options options_;
  block_cache cache_;
  std::vector<size_advice> advice_;  // by key
  std::vector<arena_ptr> idle_;      // used as a stack: the warmest is on top
  std::array<arena_ptr, quarantine_arenas> quarantine_;
  std::size_t quarantine_next_ = 0;  // whose time is over next
  std::size_t leased_ = 0;
  std::size_t low_watermark_ = 0;  // fewest idle arenas since the last trim
  std::uint64_t leases_ = 0;
  std::uint64_t one_block_leases_ = 0;
  std::atomic<std::thread::id> thread_;            // that leases
  std::atomic<pooled_arena*> returned_ = nullptr;  // by other threads; the latest first
};

// Here, so that the compiler sees that an empty lease has nothing to release. It is empty before
// the arena's cleanups run.
inline void arena_lease::release() noexcept {
  if (held_ == nullptr) return;
  std::unique_ptr<pooled_arena> ended = std::move(held_);
  std::exchange(pool_, nullptr)->take_back(std::move(ended));
}

}  // namespace arena
