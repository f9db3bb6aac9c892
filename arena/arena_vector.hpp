// A sequence that is built at the arena's tail and grows in place: as long as nothing else is
// allocated meanwhile, growing copies nothing and leaves nothing behind. pmr containers cannot do
// that: they allocate the new before they free the old. Owned by one thread, as its arena is.
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
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  arena_vector& operator=(arena_vector&& other) noexcept {
    arena_vector moved(std::move(other));
    std::swap(memory_, moved.memory_);
    std::swap(data_, moved.data_);
    std::swap(size_, moved.size_);
    std::swap(capacity_, moved.capacity_);
    return *this;
  }
  /// Destroys the elements; the memory goes back at once if it is the arena's latest.
  ~arena_vector() {
    clear();
    give_back(data_, capacity_);
  }

  arena_vector(const arena_vector&) = delete;
  arena_vector& operator=(const arena_vector&) = delete;

  /// Amortised O(1). Throws as bump_arena::allocate does, and what T's constructor throws.
  template <class... Args>
  T& emplace_back(Args&&... args) {
    if (size_ == capacity_) [[unlikely]]
      return emplace_back_growing(T(std::forward<Args>(args)...));
    T* const added = ::new (static_cast<void*>(data_ + size_)) T(std::forward<Args>(args)...);
    ++size_;
    return *added;
  }
  void push_back(const T& value) { emplace_back(value); }
  void push_back(T&& value) { emplace_back(std::move(value)); }
  /// Adds copies of `values` at the end, which may be elements of this very sequence.
  void append(std::span<const T> values) {
    if (values.size() > capacity_ - size_) values = grow_for(values);
    std::uninitialized_copy(values.begin(), values.end(), data_ + size_);
    size_ += values.size();
  }
  /// Precondition: not empty.
  void pop_back() noexcept { std::destroy_at(data_ + --size_); }
  /// Destroys the elements and keeps the memory.
  void clear() noexcept {
    std::destroy_n(data_, size_);
    size_ = 0;
  }
  /// Room for `count` elements in all.
  void reserve(std::size_t count) {
    if (count > capacity_) grow_to(count, count);
  }
  /// Gives the unused tail back, where the sequence is the arena's latest.
  void shrink_to_fit() noexcept {
    if (size_ == 0) {
      give_back(std::exchange(data_, nullptr), std::exchange(capacity_, 0));
    } else if (memory_->try_expand(data_, capacity_ * sizeof(T), size_ * sizeof(T))) {
      capacity_ = size_;
    }
  }
  /// Shrinks, and leaves the elements to the arena; the sequence is empty then.
  /// Lifetime of the result: the memory's, until the arena's reset or the scope's end.
  std::span<T> release() noexcept {
    static_assert(std::is_trivially_destructible_v<T>, "nobody would destroy the elements");
    shrink_to_fit();
    capacity_ = 0;
    return {std::exchange(data_, nullptr), std::exchange(size_, 0)};
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T* begin() noexcept { return data_; }
  const T* begin() const noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* end() const noexcept { return data_ + size_; }
  T& operator[](std::size_t index) noexcept { return data_[index]; }
  const T& operator[](std::size_t index) const noexcept { return data_[index]; }
  T& back() noexcept { return data_[size_ - 1]; }
  const T& back() const noexcept { return data_[size_ - 1]; }

 private:
  static constexpr std::size_t max_count = std::numeric_limits<std::size_t>::max() / sizeof(T) / 4;
  static constexpr std::size_t first_count = std::max<std::size_t>(64 / sizeof(T), 4);

  // `value` is none of the elements, which may move.
  [[gnu::noinline]] T& emplace_back_growing(T&& value) {
    grow_to(size_ + 1, std::max(2 * capacity_, first_count));
    T* const added = ::new (static_cast<void*>(data_ + size_)) T(std::move(value));
    ++size_;
    return *added;
  }

  // Where `values` are once there is room for them behind the last element.
  std::span<const T> grow_for(std::span<const T> values) {
    const std::less<const T*> before;
    const bool own = !before(values.data(), data_) && before(values.data(), data_ + size_);
    const auto index = own ? values.data() - data_ : 0;
    if (values.size() > max_count - size_) throw std::bad_array_new_length();
    const std::size_t needed = size_ + values.size();
    grow_to(needed, std::max({needed, 2 * capacity_, first_count}));
    return own ? std::span<const T>(data_ + index, values.size()) : values;
  }

  // Room for `needed` elements, and for `wanted` where that costs nothing more.
  void grow_to(std::size_t needed, std::size_t wanted) {
    if (needed > max_count) throw std::bad_array_new_length();
    wanted = std::min(std::max(needed, wanted), max_count);
    if (expand_in_place(needed, wanted)) return;
    void* place = memory_->try_allocate(wanted * sizeof(T), alignof(T));
    if (place == nullptr) {
      wanted = needed;
      place = memory_->allocate(wanted * sizeof(T), alignof(T));
    }
    move_to(static_cast<T*>(place), wanted);
  }
  bool expand_in_place(std::size_t needed, std::size_t wanted) noexcept {
    const std::size_t held = capacity_ * sizeof(T);
    const std::size_t most = memory_->expandable_to(data_, held) / sizeof(T);
    if (most < needed) return false;
    const std::size_t count = std::min(most, wanted);
    if (!memory_->try_expand(data_, held, count * sizeof(T))) return false;
    capacity_ = count;
    return true;
  }
  void move_to(T* place, std::size_t count) noexcept {
    std::uninitialized_move_n(data_, size_, place);
    std::destroy_n(data_, size_);
    give_back(data_, capacity_);
    data_ = place;
    capacity_ = count;
  }
  void give_back(T* data, std::size_t count) noexcept {
    if (data != nullptr) memory_->deallocate(data, count * sizeof(T));
  }

  bump_arena* memory_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace arena
