#include "arena/arena_pool.hpp"

#include <algorithm>
#include <cassert>

namespace arena {

void arena_lease::release() noexcept {
  if (arena_ != nullptr) pool_->take_back(std::move(arena_));
  pool_ = nullptr;
}

arena_pool::arena_pool(pool_options options, std::pmr::memory_resource* upstream)
    : options_(options), cache_(upstream, options.retain_bytes) {}

arena_pool::~arena_pool() {
  assert(leased_ == 0 && "a lease outlives its pool");
}

arena_lease arena_pool::lease() {
  std::unique_ptr<bump_arena> leased;
  if (idle_.empty()) {
    leased = std::make_unique<bump_arena>(&cache_, options_.arena);
    const std::size_t arenas = leased_ + quarantine_arenas + 1;
    if (idle_.capacity() < arenas) idle_.reserve(2 * arenas);  // so that taking back cannot fail
  } else {
    leased = std::move(idle_.back());
    idle_.pop_back();
    low_watermark_ = std::min(low_watermark_, idle_.size());
  }
  ++leased_;
  return arena_lease(this, std::move(leased));
}

void arena_pool::take_back(std::unique_ptr<bump_arena> released) noexcept {
  --leased_;
  if constexpr (quarantine_arenas > 0) {
    released->reset();
    released.swap(quarantine_[quarantine_next_]);
    quarantine_next_ = (quarantine_next_ + 1) % quarantine_arenas;
  }
  if (released != nullptr) make_idle(std::move(released));
}

void arena_pool::make_idle(std::unique_ptr<bump_arena> released) noexcept {
  released->reset(options_.arena.first_block_bytes);
  released->limit(options_.arena.limit_bytes);
  idle_.push_back(std::move(released));
}

void arena_pool::trim() noexcept {
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
          .upstream_allocations = cache_.upstream_allocations(),
          .trimmed_blocks = cache_.trimmed_blocks()};
}

}  // namespace arena
