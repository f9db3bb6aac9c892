// A bump arena behind a mutex, for memory that several threads share until all of it goes at once:
// a snapshot that is built in parallel, not a request. Any thread may call any member.
// Upstream is called under the mutex, so that it must never allocate from this arena.
// One lock an allocation: a thread that allocates much wants an arena of its own.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <mutex>
#include <span>

#include "arena/bump_arena.hpp"

namespace arena {

class synchronized_arena final : public std::pmr::memory_resource {
 public:
  /// Takes no memory yet. `upstream` must outlive the arena. It is called by one thread at a time,
  /// and must be safe to share itself only if others call it besides this arena.
  explicit synchronized_arena(std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                              arena_options options = {}) noexcept
      : arena_(upstream, options) {}

  /// As bump_arena's: uses the caller's buffer first. With std::pmr::null_memory_resource() as
  /// upstream there is never more than that: a fixed_arena for several threads.
  explicit synchronized_arena(std::span<std::byte> initial,
                              std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                              arena_options options = {}) noexcept
      : arena_(initial, upstream, options) {}

  synchronized_arena(const synchronized_arena&) = delete;
  synchronized_arena& operator=(const synchronized_arena&) = delete;

  /// As bump_arena::allocate. Lifetime: until reset() by whichever thread, or the arena's end.
  [[nodiscard]] void* allocate(std::size_t bytes,
                               std::size_t alignment = alignof(std::max_align_t)) {
    const std::lock_guard held(mutex_);
    return arena_.allocate(bytes, alignment);
  }

  /// As bump_arena::try_allocate: null where allocate() would throw.
  [[nodiscard]] void* try_allocate(std::size_t bytes,
                                   std::size_t alignment = alignof(std::max_align_t)) noexcept {
    const std::lock_guard held(mutex_);
    return arena_.try_allocate(bytes, alignment);
  }

  /// As bump_arena::reset. To reset while another thread still uses memory of this arena is the
  /// caller's error, which the mutex cannot prevent: join or otherwise await the others first.
  void reset(keep what = keep::all()) noexcept {
    const std::lock_guard held(mutex_);
    arena_.reset(what);
  }

  /// The most bytes in use at once, by all threads together; see bump_arena::limit.
  void limit(std::size_t bytes) noexcept {
    const std::lock_guard held(mutex_);
    arena_.limit(bytes);
  }
  std::size_t limit() const noexcept {
    const std::lock_guard held(mutex_);
    return arena_.limit();
  }

  /// Bytes in use. Others may have allocated by the time it is read.
  std::size_t used() const noexcept {
    const std::lock_guard held(mutex_);
    return arena_.used();
  }
  /// O(1); consistent in itself, and as soon out of date as used().
  arena_statistics statistics() const noexcept {
    const std::lock_guard held(mutex_);
    return arena_.statistics();
  }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const std::lock_guard held(mutex_);
    return arena_.allocate_for_container(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t) override {
    const std::lock_guard held(mutex_);
    arena_.deallocate(p, bytes);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  mutable std::mutex mutex_;
  bump_arena arena_;  // under mutex_
};

}  // namespace arena
