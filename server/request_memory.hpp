// What one request allocates from, and each thread's source of it. The strategy is chosen at run
// time (--memory); everything above this file is the same code for all five.
// Owned by the exchange of the request, used on its thread only.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <utility>

#include <boost/json/storage_ptr.hpp>

#include "arena/arena_pool.hpp"
#include "arena/memory_budget.hpp"

namespace server {

/// arena: a leased bump arena, released as a whole. heap: plain operator new and delete for each
/// allocation. new_delete: std::pmr::new_delete_resource. monotonic: a fresh
/// std::pmr::monotonic_buffer_resource a request. pool: an unsynchronized_pool_resource a thread.
enum class memory_strategy { arena, heap, new_delete, monotonic, pool };

/// As --memory spells it: "new-delete" for new_delete.
std::string_view to_string(memory_strategy strategy) noexcept;

/// What strategy heap gives: plain operator new and delete, one resource for the whole process and
/// all its threads. It outlives every request, and what is moved from one request's memory into it
/// is copied unless the strategy is heap.
std::pmr::memory_resource* heap_memory() noexcept;

class memory_source;

/// One request's memory. Move-only; its end gives everything back to the source. One that was moved
/// from still knows its resource, so that what holds a pointer to it can give its memory back.
/// Lifetime: it must outlive all that was allocated from it.
class request_memory {
 public:
  request_memory(request_memory&& other) noexcept
      : source_(std::exchange(other.source_, nullptr)),
        resource_(other.resource_),
        lease_(std::move(other.lease_)),
        json_storage_(std::move(other.json_storage_)) {}
  request_memory& operator=(request_memory&&) = delete;
  ~request_memory();

  std::pmr::memory_resource* resource() const noexcept { return resource_; }
  /// For boost::json values; not owning.
  const boost::json::storage_ptr& json_storage() const noexcept { return json_storage_; }
  /// Whether what is in it may go without being destroyed or deallocated first.
  bool is_released_whole() const noexcept { return static_cast<bool>(lease_); }
  /// See bump_arena::try_expand; always false where memory is not an arena.
  bool try_expand(void* p, std::size_t old_bytes, std::size_t new_bytes) const noexcept {
    return lease_ && lease_->try_expand(p, old_bytes, new_bytes);
  }
  /// Bytes in use; 0 where memory is not an arena and nobody counts.
  std::size_t used_bytes() const noexcept { return lease_ ? lease_->used() : 0; }
  /// Opens the part of the budget that is kept for the error response.
  void open_reserve() const noexcept;
  /// While a handler that answers later has it: what it uses may be used on any one thread at a
  /// time. Until serve_own_thread(), which its own thread calls.
  void serve_any_thread() const noexcept { lease_.serve_any_thread(); }
  void serve_own_thread() const noexcept { lease_.serve_own_thread(); }
  /// Whether the server's budget has `bytes` left below its soft mark, so that what large bodies
  /// leave is there for small requests.
  bool server_has_room(std::size_t bytes) const noexcept;

 private:
  friend class memory_source;
  request_memory(memory_source* source, std::pmr::memory_resource* resource,
                 arena::arena_lease lease, boost::json::storage_ptr json_storage) noexcept
      : source_(source),
        resource_(resource),
        lease_(std::move(lease)),
        json_storage_(std::move(json_storage)) {}

  memory_source* source_;
  std::pmr::memory_resource* resource_;
  arena::arena_lease lease_;  // empty unless the strategy is arena
  boost::json::storage_ptr json_storage_;
};

/// One thread's source of request memory. Not synchronised; outlives the memory that it gives.
class memory_source {
 public:
  virtual ~memory_source() = default;
  memory_source(const memory_source&) = delete;
  memory_source& operator=(const memory_source&) = delete;

  /// `request_memory_max_bytes` bounds what one request may use, with strategy arena; the other
  /// strategies are bounded by the limits on header and body alone. `kinds`, at least 1, is how
  /// many kinds of request arenas learn the sizes of. `budget` bounds the blocks of all arenas that
  /// share it; null: nothing does. Lifetime: it must outlive the source.
  static std::unique_ptr<memory_source> create(memory_strategy strategy,
                                               std::size_t request_memory_max_bytes,
                                               std::size_t kinds = 1,
                                               arena::memory_budget* budget = nullptr);

  /// Memory for one request of that kind, below `kinds`. Throws std::bad_alloc.
  virtual request_memory begin(std::size_t kind) = 0;
  /// Gives back to the heap what was not needed lately; about once a second.
  virtual void trim() noexcept {}
  virtual arena::pool_statistics statistics() const noexcept { return {}; }

 protected:
  friend class request_memory;
  explicit memory_source(std::size_t request_memory_max_bytes,
                         arena::memory_budget* budget = nullptr) noexcept
      : request_memory_max_bytes_(request_memory_max_bytes), budget_(budget) {}
  virtual void end(request_memory&) noexcept {}

  static request_memory make(memory_source* source, std::pmr::memory_resource* resource,
                             arena::arena_lease lease, boost::json::storage_ptr storage) noexcept {
    return {source, resource, std::move(lease), std::move(storage)};
  }

 private:
  std::size_t request_memory_max_bytes_;
  arena::memory_budget* budget_;
};

// Here, so that the compiler sees that one that was moved from has nothing to do.
inline request_memory::~request_memory() {
  if (source_ != nullptr) source_->end(*this);
}

/// Kept back from a request's budget, so that the error response can always be built.
inline constexpr std::size_t error_reserve_bytes = 4096;

}  // namespace server
