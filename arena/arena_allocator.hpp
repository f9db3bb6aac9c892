// A standard allocator on a bump_arena, without virtual calls: for containers whose type may say
// where they live. It is a pointer, cheap to copy; the arena must outlive every container that uses
// it, and so must what the arena holds: a reset ends the containers' memory under them.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <type_traits>

#include "arena/bump_arena.hpp"

namespace arena {

/// Meets Allocator, and what Beast's fields and buffers ask beyond it: noexcept assignment.
/// A container that is move-assigned or swapped takes the other's arena along, so that neither
/// copies elements nor throws; one that is copy-constructed lives in the arena of what it copies.
/// One that is copy-assigned keeps to its own arena: that, or naming the arena at construction, is
/// the way to carry data out of a request.
template <class T>
class arena_allocator {
 public:
  using value_type = T;
  using propagate_on_container_copy_assignment = std::false_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::false_type;

  /// Implicit, as std::pmr::polymorphic_allocator is from a resource: containers take the arena
  /// itself as their allocator argument.
  arena_allocator(bump_arena& memory) noexcept : memory_(&memory) {}
  template <class U>
  arena_allocator(const arena_allocator<U>& other) noexcept : memory_(&other.memory()) {}

  /// Room for `count` objects. Throws std::bad_array_new_length where their bytes cannot be
  /// counted, else as bump_arena::allocate does.
  [[nodiscard]] T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T))
      throw std::bad_array_new_length();
    return static_cast<T*>(memory_->allocate_for_container(count * sizeof(T), alignof(T)));
  }
  /// See bump_arena::deallocate.
  void deallocate(T* p, std::size_t count) noexcept { memory_->deallocate(p, count * sizeof(T)); }

  bump_arena& memory() const noexcept { return *memory_; }

  /// Whether one can free what the other allocated: the same arena.
  template <class U>
  bool operator==(const arena_allocator<U>& other) const noexcept {
    return memory_ == &other.memory();
  }

 private:
  bump_arena* memory_;
};

}  // namespace arena
