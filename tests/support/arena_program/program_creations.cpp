// program_run's operations that take memory in steps: objects, actions, and containers.
#include <memory_resource>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "tests/support/arena_program/followed_memory.hpp"
#include "tests/support/arena_program/program_objects.hpp"
#include "tests/support/arena_program/program_run.hpp"

namespace {

// In front of what create() destroys, or on_release() runs.
constexpr std::size_t link_bytes = 2 * sizeof(void*);

template <class T>
std::span<const std::byte> place_of(const T& object) noexcept {
  return std::as_bytes(std::span(&object, 1));
}

}  // namespace

void program_run::create() {
  const bool over_aligned = in_.byte() % 4 == 0;
  const std::size_t number = model_.registered();
  const std::size_t count = model_.cleanups();
  create_with(0, [&] {
    try {
      return over_aligned ? place_of(memory_->create<aligned_logged>(model_, number))
                          : place_of(memory_->create<logged>(model_, number));
    } catch (const std::bad_alloc&) {
      model_.expect(model_.cleanups() == count, "an action ran at a failure");
      model_.forget_latest_registered();
      throw;
    }
  });
}

void program_run::create_holder() {
  const std::size_t length = in_.two_bytes() % 3000;
  create_with(sizeof(text_holder) + link_bytes, [&] {
    const text_holder& made = memory_->create<text_holder>(length, 'h');
    const bool is_apart = length >= 16;
    model_.expect(made.text.get_allocator().resource() == &*memory_, "another resource's string");
    model_.expect(!is_apart || memory_->owns(made.text.data()), "a string from elsewhere");
    return is_apart ? std::as_bytes(std::span(made.text.data(), made.text.capacity() + 1))
                    : place_of(made);
  });
}

void program_run::create_refused() {
  const arena_model::snapshot before = model_.now();
  try {
    memory_->create<refusing>(operations_);
    model_.expect(false, "created what throws");
  } catch (const refused_construction&) {
  } catch (const std::bad_alloc&) {
    ++refused_;
  }
  model_.settle(before, {}, sizeof(refusing) + link_bytes);
}

void program_run::register_action(std::size_t kind) {
  const std::size_t number = model_.registered();
  create_with(0, [&] {
    try {
      memory_->on_release(action(*this, number, kind));
      return place_of(*latest_action_);
    } catch (const std::bad_alloc&) {
      model_.forget_latest_registered();
      throw;
    }
  });
}

void program_run::act(std::size_t number, std::size_t kind) noexcept {
  model_.ran(number);
  if (!model_.violation().empty()) return;
  if (kind % 2 == 1) {
    const std::size_t bytes = kind * 4;
    attempt(bytes, 8, [&] { return memory_->try_allocate(bytes, 8); });
  }
  if (kind % 8 >= 6) register_action(kind / 8);
}

void program_run::grow_and_drop_containers() {
  const std::size_t count = in_.two_bytes() % 2000;
  followed_memory memory(*memory_, model_);
  try {
    std::pmr::vector<std::uint64_t> numbers(&memory);
    std::pmr::string text(&memory);
    for (std::size_t i = 0; i < count; ++i) {
      numbers.push_back(i);
      if (i % 4 == 0) text.push_back('p');
    }
    for (std::size_t i = 0; i < count; ++i)
      model_.expect(numbers[i] == i, "a vector that has lost its content");
    model_.expect(text.find_first_not_of('p') == text.npos, "a string that has lost its content");
  } catch (const std::bad_alloc&) {
    ++refused_;
  }
}
