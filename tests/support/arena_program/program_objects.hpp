// What arena programs construct in the arena, by bump_arena::create(). Each lives until its scope
// or the arena ends. Lifetime: the model must outlive them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>

#include "tests/support/arena_program/arena_model.hpp"

/// Must be destroyed once, in its turn, while its content is intact.
struct logged {
  logged(arena_model& its_model, std::size_t its_number)
      : model(its_model), number(its_number), content{} {
    content.fill(static_cast<std::uint8_t>(number));
  }
  logged(const logged&) = delete;
  logged& operator=(const logged&) = delete;
  ~logged() {
    model.expect(std::all_of(content.begin(), content.end(),
                             [this](std::uint8_t each) {
                               return each == static_cast<std::uint8_t>(number);
                             }),
                 "an object is destroyed after its memory was given away");
    model.ran(number);
  }

  arena_model& model;
  std::size_t number;
  std::array<std::uint8_t, 24> content;
};

/// The same, over-aligned.
struct alignas(128) aligned_logged : logged {
  using logged::logged;
};

/// Takes and gives memory as it comes and goes.
struct text_holder {
  using allocator_type = std::pmr::polymorphic_allocator<>;
  text_holder(std::size_t length, char fill, const allocator_type& memory)
      : text(length, fill, memory) {}

  std::pmr::string text;
};

struct refused_construction {};

struct refusing {
  explicit refusing(std::size_t) { throw refused_construction(); }
  ~refusing() {}
  std::array<char, 40> content;
};
