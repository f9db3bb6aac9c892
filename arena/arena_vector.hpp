// A sequence that is built at the arena's tail and grows in place: as long as nothing else is
// allocated meanwhile and its block has room, growing copies nothing and leaves nothing behind. pmr
// containers cannot do that: they allocate the new before they free the old. Owned by one thread.
// Lifetime: it must end before its arena does, or is reset, or a scope closes that it was grown in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "arena/bump_arena.hpp"

namespace arena {

template <class T>
concept nothrow_movable = std::is_nothrow_move_constructible_v<T>;

/// std::vector's interface, as far as building needs it. References to elements are invalidated
/// when the sequence moves; references handed to its own members may be to its elements.
/// A member that throws leaves the sequence as it was.
template <nothrow_movable T>
class arena_vector {
 public:
  using value_type = T;

  /// Takes no memory yet.
  explicit arena_vector(bump_arena& memory) noexcept : memory_(&memory) {}
  arena_vector(arena_vector&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        end_(std::exchange(other.end_, nullptr)),
        room_end_(std::exchange(other.room_end_, nullptr)) {}
  arena_vector& operator=(arena_vector&& other) noexcept {
    arena_vector moved(std::move(other));
    std::swap(memory_, moved.memory_);
    std::swap(data_, moved.data_);
    std::swap(end_, moved.end_);
    std::swap(room_end_, moved.room_end_);
    return *this;
  }
  /// Destroys the elements; the memory goes back at once if it is the arena's latest.
  ~arena_vector() {
    clear();
    give_back();
  }

  arena_vector(const arena_vector&) = delete;
  arena_vector& operator=(const arena_vector&) = delete;

  /// Amortised O(1). Throws as bump_arena::allocate does, and what T's constructor throws.
  template <class... Args>
  T& emplace_back(Args&&... args) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      const T made(std::forward<Args>(args)...);  // in a register: no address of it goes anywhere
      if (end_ == room_end_) [[unlikely]]
        grow_to(size() + 1, std::max(2 * capacity(), first_count));
      return *::new (static_cast<void*>(end_++)) T(made);
    }
    if (end_ == room_end_) [[unlikely]]
      return emplace_back_growing(std::forward<Args>(args)...);
    T* const added = ::new (static_cast<void*>(end_)) T(std::forward<Args>(args)...);
    ++end_;
    return *added;
  }
  void push_back(const T& value) { emplace_back(value); }
  void push_back(T&& value) { emplace_back(std::move(value)); }
  /// Adds copies of `values` at the end, which may be elements of this very sequence.
  void append(std::span<const T> values) {
    if (values.size() > static_cast<std::size_t>(room_end_ - end_)) values = grow_for(values);
    end_ = std::uninitialized_copy(values.begin(), values.end(), end_);
  }
  /// Precondition: not empty.
  void pop_back() noexcept { std::destroy_at(--end_); }
  /// Destroys the elements and keeps the memory.
  void clear() noexcept {
    std::destroy(data_, end_);
    end_ = data_;
  }
  /// Room for `count` elements in all.
  void reserve(std::size_t count) {
    if (count > capacity()) grow_to(count, count);
  }
  /// Gives the unused tail back, where the sequence is the latest in the arena's current block.
  void shrink_to_fit() noexcept {
    if (empty()) {
      give_back();
      data_ = end_ = room_end_ = nullptr;
    } else if (memory_->try_expand(data_, capacity() * sizeof(T), size() * sizeof(T))) {
      room_end_ = end_;
    }
  }
  /// Shrinks, and leaves the elements to the arena; the sequence is empty then.
  /// Lifetime of the result: the memory's, until the arena's reset or the scope's end.
  std::span<T> release() noexcept {
    static_assert(std::is_trivially_destructible_v<T>, "nobody would destroy the elements");
    shrink_to_fit();
    const std::span<T> left(data_, size());
    data_ = end_ = room_end_ = nullptr;
    return left;
  }

  std::size_t size() const noexcept { return static_cast<std::size_t>(end_ - data_); }
  std::size_t capacity() const noexcept { return static_cast<std::size_t>(room_end_ - data_); }
  bool empty() const noexcept { return end_ == data_; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T* begin() noexcept { return data_; }
  const T* begin() const noexcept { return data_; }
  T* end() noexcept { return end_; }
  const T* end() const noexcept { return end_; }
  T& operator[](std::size_t index) noexcept { return data_[index]; }
  const T& operator[](std::size_t index) const noexcept { return data_[index]; }
  T& back() noexcept { return end_[-1]; }
  const T& back() const noexcept { return end_[-1]; }

 private:
  static constexpr std::size_t max_count = std::numeric_limits<std::size_t>::max() / sizeof(T) / 4;
  static constexpr std::size_t first_count = std::max<std::size_t>(64 / sizeof(T), 4);

  // Room first: what throws then has taken nothing from the arguments. They may be elements, so the
  // old place stays until the new element is made.
  template <class... Args>
  [[gnu::noinline]] T& emplace_back_growing(Args&&... args) {
    const std::size_t wanted = std::max(2 * capacity(), first_count);
    if (expand_in_place(size() + 1, wanted)) return emplace_back(std::forward<Args>(args)...);
    const std::span<T> place = allocate_room(size() + 1, wanted);
    T* const made = place.data() + size();
    try {
      ::new (static_cast<void*>(made)) T(std::forward<Args>(args)...);
    } catch (...) {
      memory_->deallocate(place.data(), place.size_bytes());
      throw;
    }
    move_to(place);
    ++end_;
    return *made;
  }

  // Where `values` are once there is room for them behind the last element.
  std::span<const T> grow_for(std::span<const T> values) {
    const std::less<const T*> before;
    const bool own = !before(values.data(), data_) && before(values.data(), end_);
    const auto index = own ? values.data() - data_ : 0;
    if (values.size() > max_count - size()) throw std::bad_array_new_length();
    const std::size_t needed = size() + values.size();
    grow_to(needed, std::max({needed, 2 * capacity(), first_count}));
    return own ? std::span<const T>(data_ + index, values.size()) : values;
  }

  // Room for `needed` elements, and for `wanted` where that costs nothing more.
  [[gnu::noinline]] void grow_to(std::size_t needed, std::size_t wanted) {
    if (!expand_in_place(needed, wanted)) move_to(allocate_room(needed, wanted));
  }
  std::span<T> allocate_room(std::size_t needed, std::size_t wanted) {
    if (needed > max_count) throw std::bad_array_new_length();
    std::size_t count = std::min(std::max(needed, wanted), max_count);
    void* place = memory_->try_allocate(count * sizeof(T), alignof(T));
    if (place == nullptr) {
      count = needed;
      place = memory_->allocate(count * sizeof(T), alignof(T));
    }
    return {static_cast<T*>(place), count};
  }
  bool expand_in_place(std::size_t needed, std::size_t wanted) noexcept {
    const std::size_t held = capacity() * sizeof(T);
    const std::size_t most = memory_->expandable_to(data_, held) / sizeof(T);
    if (most < needed) return false;
    const std::size_t count = std::min(most, std::max(needed, wanted));
    if (!memory_->try_expand(data_, held, count * sizeof(T))) return false;
    room_end_ = data_ + count;
    return true;
  }
  void move_to(std::span<T> place) noexcept {
    T* const end = std::uninitialized_move(data_, end_, place.data());
    std::destroy(data_, end_);
    give_back();
    data_ = place.data();
    end_ = end;
    room_end_ = data_ + place.size();
  }
  void give_back() noexcept {
    if (data_ != nullptr) memory_->deallocate(data_, capacity() * sizeof(T));
  }

  bump_arena* memory_;
  T* data_ = nullptr;
  T* end_ = nullptr;       // of the elements
  T* room_end_ = nullptr;  // of the memory
};

}  // namespace arena
