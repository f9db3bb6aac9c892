#include "tests/support/arena_program/program_run.hpp"

#include <algorithm>

#include "tests/support/arena_program/program_setup.hpp"

program_run::program_run(std::span<const std::uint8_t> program, program_settings settings)
    : in_(program),
      settings_(settings),
      options_(read_options(in_)),
      buffer_(read_buffer(in_, storage_->bytes)),
      memory_(std::in_place, buffer_, &upstream_, options_),
      model_(*memory_, upstream_, buffer_, options_) {
  read_failures(in_, settings_, upstream_);
}

program_run::~program_run() {
  while (!scopes_.empty()) scopes_.pop_back();
  memory_.reset();
}

program_result program_run::run() {
  while (!in_.empty() && operations_ < max_program_operations) {
    ++operations_;
    operate();
    model_.check_numbers();
    if (operations_ % 16 == 0) model_.check_contents();
    if (operations_ == 40) break_something();
    throw_violation();
  }
  end();
  return {operations_, refused_, upstream_.successes() + upstream_.failures(),
          upstream_.failures()};
}

void program_run::operate() {
  switch (in_.byte() % 32) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return allocate();
    case 5:
    case 6:
      return try_allocate();
    case 7:
    case 8:
      return allocate_as_pmr();
    case 9:
    case 10:
      return deallocate(arena_model::way::direct);
    case 11:
      return deallocate(arena_model::way::pmr);
    case 12:
    case 13:
    case 14:
      return try_expand();
    case 15:
    case 16:
      return prepare_and_commit();
    case 17:
      return copy();
    case 18:
      return copy_string();
    case 19:
      return format();
    case 20:
      return create();
    case 21:
      return create_holder();
    case 22:
      return create_refused();
    case 23:
      return register_action(in_.byte());
    case 24:
      return grow_and_drop_containers();
    case 25:
      return open();
    case 26:
      return rewind();
    case 27:
    case 28:
      return close();
    case 29:
      return set_limit();
    case 30:
      return reset();
    default:
      return ask_for_ownership();
  }
}

std::size_t program_run::read_size() {
  const std::size_t kind = in_.byte();
  switch (kind % 8) {
    case 0:
      return 0;
    case 1:
    case 2:
    case 3:
      return in_.byte();
    case 4:
      return in_.two_bytes() % 1200;
    case 5:  // around the parts of a block
      return options_.first_block_bytes * (kind / 8 % 8 + 1) / 4 - in_.byte() % 40;
    case 6:
      return options_.max_block_bytes / 2 + in_.two_bytes() % 20'000;
    default:
      return (kind < 128 ? max_size : max_size / 4 + 8) - in_.byte() % 32;
  }
}

// The latest is the most interesting.
std::optional<std::size_t> program_run::read_live() {
  const std::size_t choice = in_.byte();
  const std::size_t count = model_.live().size();
  if (count == 0) return std::nullopt;
  return choice < 160 ? count - 1 - choice % std::min<std::size_t>(count, 2) : choice % count;
}

void program_run::throw_violation() {
  if (!model_.violation().empty()) throw program_violation(operations_, model_.violation());
}

void program_run::end() {
  close_all();
  model_.check_contents();
  memory_.reset();
  model_.expect(model_.cleanups() == 0, "actions that did not run with the arena's end");
  model_.expect(upstream_.blocks().empty(), "blocks that upstream did not get back");
  model_.expect(upstream_.violation().empty(), upstream_.violation());
#if defined(ARENA_POISONS)
  model_.expect(
      __asan_region_is_poisoned(storage_->bytes.data(), storage_->bytes.size()) == nullptr,
      "the caller's buffer stays poisoned");
#endif
  throw_violation();
}
