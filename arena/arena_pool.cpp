#include "arena/arena_pool.hpp"

#include <algorithm>
#include <cassert>

namespace arena {

arena_pool::arena_pool(pool_options options, std::pmr::memory_resource* upstream)
    : options_(options), cache_(upstream, options.retain_bytes), advice_(options.keys) {
  assert(options.keys > 0);
  options_.arena = options.arena.within_bounds();
}

arena_pool::~arena_pool() {
  collect_returned();
  assert(leased_ == 0 && "a lease outlives its pool");
}

arena_lease arena_pool::lease(std::size_t key) {
  assert(key < advice_.size());
  thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  collect_returned();
  arena_ptr leased = take_idle_or_new();
  leased->key = key;
  make_first_block_fit(*leased);
  const arena_statistics now = leased->memory.statistics();
  leased->blocks_before = now.upstream_allocations - now.blocks;
  ++leased_;
  ++leases_;
  return arena_lease(this, std::move(leased));
}

arena_pool::arena_ptr arena_pool::take_idle_or_new() {
  if (!idle_.empty()) {
    arena_ptr warmest = std::move(idle_.back());
    idle_.pop_back();
    low_watermark_ = std::min(low_watermark_, idle_.size());
    return warmest;
  }
  const std::size_t arenas = leased_ + quarantine_arenas + 1;
  if (idle_.capacity() < arenas) idle_.reserve(2 * arenas);  // so that taking back cannot fail
  return std::make_unique<pooled_arena>(cache_, options_.arena);
}

// A larger first block comes from the cache, and the one that the arena kept goes there.
void arena_pool::make_first_block_fit(pooled_arena& leased) noexcept {
  const std::size_t usual = options_.arena.first_block_bytes;
  const std::size_t wanted = std::max(advice_[leased.key].advised_bytes(), usual);
  if (wanted > usual) leased.memory.reset(keep::none());
  leased.memory.first_block_bytes(wanted);
}

void arena_pool::take_back(arena_ptr&& released) noexcept {
  if (thread_.load(std::memory_order_relaxed) == std::this_thread::get_id())
    return take_back_here(std::move(released));
  // All that is in it belongs to the pool's thread, and what its cleanups use may as well.
  pooled_arena* const pushed = released.release();
  pushed->next = returned_.load(std::memory_order_relaxed);
  while (!returned_.compare_exchange_weak(pushed->next, pushed, std::memory_order_release,
                                          std::memory_order_relaxed)) {
  }
}

void arena_pool::collect_returned() noexcept {
  if (returned_.load(std::memory_order_relaxed) == nullptr) return;
  for (pooled_arena* each = returned_.exchange(nullptr, std::memory_order_acquire);
       each != nullptr;)
    take_back_here(arena_ptr(std::exchange(each, each->next)));
}

void arena_pool::take_back_here(arena_ptr&& released) noexcept {
  --leased_;
  released->upstream.passes_cache(false);  // it may end while it serves any thread
  const arena_statistics ended = released->memory.statistics();
  if (ended.upstream_allocations - released->blocks_before <= 1) ++one_block_leases_;
  advice_[released->key].record(ended.peak_bytes + sizeof(block));
  if constexpr (poisoning) {
    if (ended.reserved_bytes <= quarantine_bytes) wait_in_quarantine(released);
  }
  if (released != nullptr) make_idle(std::move(released));
}

// Takes the place of the one whose time is over, if there is one.
void arena_pool::wait_in_quarantine([[maybe_unused]] arena_ptr& released) noexcept {
  if constexpr (poisoning) {
    released->memory.end_contents();
    released.swap(quarantine_[quarantine_next_]);
    quarantine_next_ = (quarantine_next_ + 1) % quarantine_arenas;
  }
}

void arena_pool::make_idle(arena_ptr&& released) noexcept {
  bump_arena& memory = released->memory;
  memory.reset(keep::first(options_.arena.first_block_bytes));
  if (memory.limit() != options_.arena.limit_bytes) memory.limit(options_.arena.limit_bytes);
  idle_.push_back(std::move(released));
}

void arena_pool::trim() noexcept {
  collect_returned();
  if (idle_.size() > 1) {
    const std::size_t unneeded = std::min((low_watermark_ + 1) / 2, idle_.size() - 1);
    idle_.erase(idle_.begin(), idle_.begin() + static_cast<std::ptrdiff_t>(unneeded));  // coldest
  }
  low_watermark_ = idle_.size();
  cache_.trim();
}

pool_statistics arena_pool::statistics() const noexcept {
  return {.leased = leased_,
          .idle = idle_.size(),
          .idle_bytes = cache_.idle_bytes(),
          .leases = leases_,
          .one_block_leases = one_block_leases_,
          .upstream_allocations = cache_.upstream_allocations(),
          .trimmed_blocks = cache_.trimmed_blocks()};
}

}  // namespace arena
