// program_run's operations on stretches of the arena's use: scopes, resets, limits; and what it
// owns.
#include <algorithm>
#include <memory>

#include "tests/support/arena_program/program_run.hpp"

namespace {

constexpr std::size_t max_scopes = 6;

}  // namespace

void program_run::open() {
  if (scopes_.size() == max_scopes) return;
  auto scope = std::make_unique<arena::arena_scope>(*memory_);
  scopes_.push_back({std::move(scope), model_.scope_opened()});
}

void program_run::rewind() {
  if (scopes_.empty()) return;
  model_.check_contents();
  scopes_.back().scope->rewind();
  model_.scope_rewound(scopes_.back().start);
}

void program_run::close() {
  if (scopes_.empty()) return;
  model_.check_contents();
  scopes_.back().scope.reset();
  model_.scope_closed(scopes_.back().start);
  scopes_.pop_back();
}

void program_run::close_all() {
  while (!scopes_.empty()) close();
}

void program_run::set_limit() {
  const std::size_t kind = in_.byte();
  switch (kind % 4) {
    case 0:
      return model_.limit(max_size);
    case 1:
      return model_.limit(in_.two_bytes());
    case 2:  // around what is in use
      return model_.limit(memory_->used() + in_.byte() -
                          std::min<std::size_t>(memory_->used(), 64));
    default:
      return model_.first_block_bytes(in_.two_bytes());
  }
}

void program_run::reset() {
  const std::size_t kind = in_.byte();
  const std::size_t bytes = in_.two_bytes();
  close_all();
  switch (kind % 8) {
    case 0:
    case 1:
      return model_.reset(arena::keep::all());
    case 2:
      return model_.reset(arena::keep::none());
    case 3:
      return model_.reset(arena::keep::up_to(bytes));
    case 4:
      return model_.reset(kind < 128 ? arena::keep::first() : arena::keep::first(bytes));
    case 5:
      return model_.reset(arena::keep::largest());
    case 6:
      return model_.reset(kind < 128 ? arena::keep::coalesced(std::size_t{1} << 30)
                                     : arena::keep::coalesced(bytes));
    default:
      return repeat_after_coalescing();
  }
}

// The same use again needs one block at most.
void program_run::repeat_after_coalescing() {
  const std::size_t seed = in_.byte();
  model_.reset(arena::keep::none());
  model_.limit(max_size);
  const std::size_t failures = upstream_.failures();
  const std::size_t used = take_small_ones(seed);
  model_.reset(arena::keep::coalesced(std::size_t{1} << 30));
  const std::size_t used_again = take_small_ones(seed);
  if (upstream_.failures() == failures) {
    model_.expect(used_again == used, "the same use again used another number of bytes");
    model_.expect(upstream_.blocks().size() <= 1, "the same use again needs more than one block");
  }
  model_.reset(arena::keep::largest());
}

std::size_t program_run::take_small_ones(std::size_t seed) {
  const arena_model::snapshot before = model_.now();
  for (std::size_t i = 0; i < seed; ++i) (void)memory_->try_allocate((i * 13 + seed) % 56, 8);
  model_.settle(before, {}, 0);
  return memory_->used();
}

void program_run::ask_for_ownership() {
  const int outside = 0;
  model_.expect(!memory_->owns(&outside) && !memory_->owns(nullptr), "owns what it does not");
  model_.expect(!memory_->owns(this), "owns what it does not");
  for (const arena_model::range& each : model_.live())
    model_.expect(memory_->owns(each.at) && memory_->owns(each.end() - 1), "does not own its own");
}
