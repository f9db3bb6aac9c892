// A bump_arena as others' memory, each request followed by its model: for containers, which take
// and give memory when it suits them. Owned by one operation of a program. Lifetime: the arena and
// the model must outlive it.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>

#include "arena/bump_arena.hpp"
#include "tests/support/arena_program/arena_model.hpp"

class followed_memory final : public std::pmr::memory_resource {
 public:
  followed_memory(arena::bump_arena& memory, arena_model& model) noexcept
      : memory_(memory), model_(model) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const arena_model::snapshot before = model_.now();
    try {
      void* const taken = memory_.allocate(bytes, alignment);
      model_.attempted(before, bytes, alignment, arena_model::failure::none);
      model_.lent(before, taken, bytes, alignment);
      return taken;
    } catch (const arena::allocation_limit_exceeded&) {
      model_.attempted(before, bytes, alignment, arena_model::failure::limit);
      throw;
    } catch (const std::bad_alloc&) {
      model_.attempted(before, bytes, alignment, arena_model::failure::upstream);
      throw;
    }
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    memory_.deallocate(p, bytes, alignment);
    model_.lent_returned(p, bytes);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource& memory_;
  arena_model& model_;
};
