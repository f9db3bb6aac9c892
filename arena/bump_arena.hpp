// A bump arena: memory is taken by moving a pointer and given back all at once, by reset() or at
// the end of an arena_scope. Owned by one thread at a time; not synchronised. Its blocks come from
// an upstream resource and survive reset(), so that a reused arena neither calls the heap nor
// faults pages in again. It runs no destructor but those that create() or on_release() registered.
// A container must end before its memory does: its destructor gives that memory back, to whoever
// has it by then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "arena/allocation_limit_exceeded.hpp"
#include "arena/arena_options.hpp"
#include "arena/arena_statistics.hpp"
#include "arena/block_source.hpp"
#include "arena/bump.hpp"
#include "arena/cleanup_list.hpp"
#include "arena/poison.hpp"

namespace arena {

/// What bump_arena::on_release takes: a callable without arguments that is noexcept.
template <class Action>
concept release_action =
    std::is_nothrow_invocable_v<std::add_lvalue_reference_t<std::decay_t<Action>>>;

template <class T>
concept trivially_copyable = std::is_trivially_copyable_v<T>;
template <class T>
concept trivially_destructible = std::is_trivially_destructible_v<T> && !std::is_array_v<T>;

class bump_arena final : public std::pmr::memory_resource {
 public:
  /// Takes no memory yet. `upstream` must outlive the arena; it gets each block back with exactly
  /// the size and alignment it gave it with.
  explicit bump_arena(std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                      arena_options options = {}) noexcept
      : bump_arena(std::span<std::byte>(), upstream, options) {}
  /// The same on the heap.
  explicit bump_arena(arena_options options) noexcept
      : bump_arena(std::pmr::new_delete_resource(), options) {}
  /// Uses the caller's buffer (on the stack, say) before any block of upstream's, and again after
  /// each reset. Unaligned ends of it are left alone. Lifetime: `initial` must outlive the arena.
  explicit bump_arena(std::span<std::byte> initial,
                      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                      arena_options options = {}) noexcept;
  /// Runs the registered cleanups and gives every block back.
  ~bump_arena() override;

  bump_arena(const bump_arena&) = delete;
  bump_arena& operator=(const bump_arena&) = delete;

  /// Memory for `bytes` bytes, never null, zero bytes included. O(1) unless a block is fetched.
  /// `alignment` is a power of two; up to granule_bytes it costs nothing.
  /// Throws allocation_limit_exceeded, or what upstream throws; then nothing has changed.
  /// Lifetime: until reset(), the end of the innermost open arena_scope, or the arena's end.
  [[nodiscard]] void* allocate(std::size_t bytes,
                               std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t padding = padding_here(alignment);
    if (fits_at_once(bytes, padding)) [[likely]]
      return advance(bytes, padding);
    return allocate_slow(bytes, alignment);
  }
  /// As allocate(), but null where that throws.
  [[nodiscard]] void* try_allocate(std::size_t bytes,
                                   std::size_t alignment = alignof(std::max_align_t)) noexcept {
    const std::size_t padding = padding_here(alignment);
    if (fits_at_once(bytes, padding)) [[likely]]
      return advance(bytes, padding);
    return try_allocate_slow(bytes, alignment);
  }

  /// As allocate(), with container_alignment(): what std::pmr and arena_allocator call.
  [[nodiscard]] void* allocate_for_container(std::size_t bytes, std::size_t alignment) {
    return allocate(bytes,
                    container_alignment(reinterpret_cast<std::uintptr_t>(position_),
                                        reinterpret_cast<std::uintptr_t>(end_), bytes, alignment));
  }

  /// Takes the memory back if it is the latest allocation in the current block (but not the padding
  /// before it), or one of the latest eight blocks of large requests; else it does nothing, and the
  /// memory comes back with the rest. O(1). `bytes` as allocated.
  /// `p` must be live, as for any free: memory that a reset or a scope's end took is somebody
  /// else's by now. What a scope found when it opened is never taken back inside it.
  void deallocate(void* p, std::size_t bytes) noexcept {
    const std::size_t rounded = granules(bytes);
    if (is_latest(p, rounded)) return take_back(static_cast<std::byte*>(p));
    if (large_ != large_floor_) deallocate_large(p, rounded);
  }

  /// The same, as std::pmr spells it.
  void deallocate(void* p, std::size_t bytes, std::size_t) noexcept { deallocate(p, bytes); }

  /// Changes the size of the latest allocation in place, up or down. False, and nothing has
  /// changed, if `p` is not the latest, its block is too small, the limit is in the way, or it was
  /// made before the innermost open scope. O(1).
  [[nodiscard]] bool try_expand(void* p, std::size_t old_bytes, std::size_t new_bytes) noexcept;

  /// The most bytes that try_expand() can give `p`, which has `bytes`; 0 if none. O(1).
  std::size_t expandable_to(const void* p, std::size_t bytes) const noexcept {
    return p != nullptr && is_latest(p, granules(bytes))
               ? static_cast<std::size_t>(end_ - static_cast<const std::byte*>(p))
               : 0;
  }

  /// The free tail of the current block, of at least `bytes` bytes: what is not known to be needed
  /// in full (a read, a conversion) is written there, and commit() makes an allocation of what was.
  /// Throws as allocate() does. Aligned to granule_bytes.
  /// Lifetime: until the next call of any other member. Each prepare() is followed by a commit().
  [[nodiscard]] std::span<std::byte> prepare(std::size_t bytes);
  /// Makes an allocation of the first `bytes` bytes of what prepare() returned last; with 0, drops
  /// it.
  void* commit(std::size_t bytes) noexcept;

  /// Constructs a T, by uses-allocator construction: std::pmr containers in it take their memory
  /// here too. Unless its destructor is trivial, it is registered to run before the memory goes.
  /// Throws what allocate() or T's constructor throws; then nothing is registered.
  template <class T, class... Args>
  T& create(Args&&... args);
  /// `count` value-initialised objects. Throws std::bad_array_new_length where their bytes cannot
  /// be counted, else as create() does.
  template <trivially_destructible T>
  std::span<T> create_array(std::size_t count);
  /// Registers `action` to run once, before the memory goes: at reset(), at the end of the scope
  /// that is innermost now, or with the arena; the latest registered first, the memory of all still
  /// valid. It may allocate here and register more. Throws as allocate() or its copy does; then it
  /// is not registered.
  template <release_action Action>
  void on_release(Action&& action);

  /// A copy of `values`. Throws as allocate() does.
  template <trivially_copyable T, std::size_t Extent>
  std::span<std::remove_const_t<T>> copy(std::span<T, Extent> values);
  /// A copy of `text`, with a terminating NUL behind it that is no part of the view.
  std::string_view copy_string(std::string_view text);
  /// std::printf's formatting, into the arena; with a terminating NUL behind it. Throws as
  /// allocate() does, and std::invalid_argument where `pattern` or an argument is not valid.
  [[gnu::format(printf, 2, 3)]] std::string_view format(const char* pattern, ...);

  /// Ends the life of everything allocated, after running the registered actions. Keeps blocks by
  /// policy; those of large requests always go. O(blocks), with keep::all() O(large blocks).
  /// No scope may be open, and no container may be left that still has memory here.
  void reset(keep what = keep::all()) noexcept;

  /// Sets the most bytes that may be in use at once, counted as used_bytes is: an allocation fails
  /// if used() plus its size, rounded up to the granule, and the padding that it needs in the
  /// current block is more. Below what is in use already, every further one fails. What is held may
  /// be more by what blocks waste; memory_budget bounds that.
  void limit(std::size_t bytes) noexcept;
  std::size_t limit() const noexcept { return limit_bytes_; }

  /// Sets the size of the next block that is fetched as the arena's first, within
  /// [min_block_bytes, max_block_bytes]; it holds until another is set or the arena keeps none.
  void first_block_bytes(std::size_t bytes) noexcept;

  /// Bytes in use: handed out, and not taken back.
  std::size_t used() const noexcept {
    return settled_bytes_ + static_cast<std::size_t>(position_ - begin_);
  }
  /// Whether `p` points into memory that the arena holds, handed out or not. O(blocks).
  bool owns(const void* p) const noexcept;
  /// O(1).
  arena_statistics statistics() const noexcept;

 private:
  friend class arena_pool;  // for its quarantine
  friend class arena_scope;

  /// Where the arena stood; all of it that rewinding needs.
  struct checkpoint {
    std::byte* position;
    std::byte* begin;
    std::byte* floor;
    block* current;
    block* large;
    block* large_floor;
    const cleanup* cleanups;
    std::size_t index;
    std::size_t settled_bytes;
    std::size_t wasted_bytes;
    std::size_t depth;
    std::uint64_t generation;
  };

  static std::size_t granules(std::size_t bytes) noexcept {
    return round_up(std::max<std::size_t>(bytes, 1), granule_bytes);
  }
  // The branch is decided at compile time wherever the alignment is known.
  std::size_t padding_here(std::size_t alignment) const noexcept {
    if (alignment <= granule_bytes) return 0;
    return padding_for(reinterpret_cast<std::uintptr_t>(position_), alignment);
  }
  // In poisoning builds every allocation takes the slow path, which unpoisons it.
  bool fits_at_once(std::size_t bytes, std::size_t padding) const noexcept {
    return !poisoning && fits(static_cast<std::size_t>(end_ - position_), padding, bytes);
  }
  void* advance(std::size_t bytes, std::size_t padding) noexcept {
    std::byte* const result = position_ + padding;
    position_ = result + round_up(bytes, granule_bytes);
    return result;
  }
  bool is_latest(const void* p, std::size_t rounded) const noexcept {
    const auto start = reinterpret_cast<std::uintptr_t>(p);
    return start >= reinterpret_cast<std::uintptr_t>(floor_) &&
           start + rounded == reinterpret_cast<std::uintptr_t>(position_);
  }
  void take_back(std::byte* start) noexcept {
    note_peak();
    poison(start, static_cast<std::size_t>(position_ - start));
    const bool was_full = position_ == end_;
    position_ = start;
    if (was_full) update_end();  // the limit may lie below what is still in use
  }
  void note_peak() noexcept { peak_bytes_ = std::max(peak_bytes_, used()); }

  // Out of line even where the linker optimises, so that the fast path saves no registers.
  [[gnu::noinline]] void* allocate_slow(std::size_t bytes, std::size_t alignment);
  [[gnu::noinline]] void* try_allocate_slow(std::size_t bytes, std::size_t alignment) noexcept;
  void* take(std::size_t bytes, std::size_t alignment);
  void* take_from_current(std::size_t bytes, std::size_t alignment) noexcept;
  void* take_from_next_block(std::size_t bytes, std::size_t alignment);
  void* take_block_of_its_own(std::size_t bytes, std::size_t alignment);
  void deallocate_large(void* p, std::size_t rounded) noexcept;

  std::size_t budget() const noexcept;
  std::size_t growth(std::size_t index) const noexcept;
  std::size_t next_block_bytes() const noexcept;
  std::size_t usual_block_bytes() const noexcept;
  std::size_t least_next_block_bytes(std::size_t payload_bytes) const noexcept;
  void enter_next_block(std::size_t payload_bytes);
  void enter(block* next) noexcept;
  void update_end() noexcept;
  void start_over() noexcept;
  void poison_all() noexcept;

  // Room for a Place, which `fill` fills; given back if that throws.
  template <class Place, class Fill>
  Place& place(Fill fill);
  // Runs all of them and poisons what is held, large requests' blocks too; only reset() may follow.
  void end_contents() noexcept;
  checkpoint open_scope() noexcept;
  void rewind(const checkpoint& to) noexcept;
  void poison_since(const checkpoint& to) noexcept;
  void close_scope(const checkpoint& opened) noexcept;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return allocate_for_container(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t) override { deallocate(p, bytes); }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::byte* position_ = nullptr;   // next free byte of the current block
  std::byte* end_ = nullptr;        // what the fast path may reach: the block's end or the limit
  std::byte* begin_ = nullptr;      // where counting in the current block starts
  std::byte* block_end_ = nullptr;  // the current block's end
  std::byte* floor_ = nullptr;      // what lies below is not taken back: begin_ or a scope's start
  std::size_t settled_bytes_ = 0;   // used outside the current block
  std::size_t peak_bytes_ = 0;
  std::size_t limit_bytes_;
  std::size_t wasted_bytes_ = 0;
  block* first_ = nullptr;        // the blocks that are bumped through, in order
  block* current_ = nullptr;      // the one in use; null before it, and in the caller's buffer
  block* large_ = nullptr;        // blocks of single large requests, the latest first
  block* large_floor_ = nullptr;  // from here on they are older than the innermost scope
  cleanup_list cleanups_;
  std::size_t index_ = 0;   // of the block that would follow current_
  bool oversized_ = false;  // whether there are blocks larger than growth makes them
  std::size_t scope_depth_ = 0;
  std::uint64_t generation_ = 0;  // counts resets
  block_source source_;
  arena_options options_;
  std::size_t first_block_bytes_;
  std::span<std::byte> initial_;  // the caller's buffer
};

template <class Place, class Fill>
Place& bump_arena::place(Fill fill) {
  auto* const made = ::new (allocate(sizeof(Place), alignof(Place))) Place;
  try {
    fill(*made);
  } catch (...) {
    deallocate(made, sizeof(Place));
    throw;
  }
  return *made;
}

template <class T, class... Args>
T& bump_arena::create(Args&&... args) {
  const auto construct = [&](uninitialized<T>& made) {
    std::uninitialized_construct_using_allocator(
        made.address(), std::pmr::polymorphic_allocator<>(this), std::forward<Args>(args)...);
  };
  if constexpr (std::is_trivially_destructible_v<T>) {
    return *place<uninitialized<T>>(construct).object();
  } else {
    auto& made = place<cleanup_of<T>>(construct);
    cleanups_.add(made, [](cleanup& self) noexcept {
      std::destroy_at(static_cast<cleanup_of<T>&>(self).object());
    });
    return *made.object();
  }
}

template <trivially_destructible T>
std::span<T> bump_arena::create_array(std::size_t count) {
  if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
    throw std::bad_array_new_length();
  auto* const first = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  try {
    std::uninitialized_value_construct_n(first, count);
  } catch (...) {
    deallocate(first, count * sizeof(T));
    throw;
  }
  return {first, count};
}

template <release_action Action>
void bump_arena::on_release(Action&& action) {
  using stored = std::decay_t<Action>;
  auto& made = place<cleanup_of<stored>>([&](uninitialized<stored>& to) {
    std::construct_at(to.address(), std::forward<Action>(action));
  });
  cleanups_.add(made, [](cleanup& self) noexcept {
    stored* const registered = static_cast<cleanup_of<stored>&>(self).object();
    (*registered)();
    std::destroy_at(registered);
  });
}

template <trivially_copyable T, std::size_t Extent>
std::span<std::remove_const_t<T>> bump_arena::copy(std::span<T, Extent> values) {
  void* const place = allocate(values.size_bytes(), alignof(T));
  if (!values.empty()) std::memcpy(place, values.data(), values.size_bytes());
  return {static_cast<std::remove_const_t<T>*>(place), values.size()};
}

}  // namespace arena
