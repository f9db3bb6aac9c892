// One run of an arena program: a bump_arena beside its model, and the operations that are read from
// the program's bytes. Owned by run_arena_program(); used by one thread. Operations tell the model
// what they do; what they find wrong is noted there, and thrown between two operations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <vector>

#include "arena/arena_scope.hpp"
#include "arena/bump_arena.hpp"
#include "tests/support/arena_program/arena_model.hpp"
#include "tests/support/arena_program/arena_program.hpp"
#include "tests/support/arena_program/byte_reader.hpp"
#include "tests/support/arena_program/recording_upstream.hpp"

/// All that it allocates ends with it.
struct alignas(4096) caller_storage {
  std::array<std::byte, 8192> bytes;
};

class program_run {
 public:
  program_run(std::span<const std::uint8_t> program, program_settings settings);
  /// After a violation, too, the actions find the model alive.
  ~program_run();
  program_run(const program_run&) = delete;
  program_run& operator=(const program_run&) = delete;

  /// Throws program_violation.
  program_result run();

 private:
  using failure = arena_model::failure;

  static constexpr std::size_t max_size = std::numeric_limits<std::size_t>::max();

  struct open_scope {
    std::unique_ptr<arena::arena_scope> scope;
    arena_model::scope_start start;
  };
  /// What on_release() takes, which tells where its copy in the arena lies.
  struct action {
    action(program_run& its_run, std::size_t its_number, std::size_t its_kind) noexcept
        : run(its_run), number(its_number), kind(its_kind) {}
    action(const action& other) noexcept : run(other.run), number(other.number), kind(other.kind) {
      run.latest_action_ = this;
    }
    action& operator=(const action&) = delete;
    void operator()() noexcept { run.act(number, kind); }

    program_run& run;
    std::size_t number;
    std::size_t kind;
  };

  void operate();
  std::size_t read_size();
  std::size_t read_alignment() { return std::size_t{1} << in_.byte() % 13; }
  std::optional<std::size_t> read_live();
  void throw_violation();
  void end();

  template <class Take>
  void* attempt(std::size_t bytes, std::size_t alignment, Take take);
  void allocate();
  void try_allocate();
  void allocate_as_pmr();
  void deallocate(arena_model::way how);
  void try_expand();
  void prepare_and_commit();
  void copy();
  void copy_string();
  void format();

  template <class Create>
  void create_with(std::size_t passing_bytes, Create create);
  void create();
  void create_holder();
  void create_refused();
  void register_action(std::size_t kind);
  void act(std::size_t number, std::size_t kind) noexcept;
  void grow_and_drop_containers();

  void open();
  void rewind();
  void close();
  void close_all();
  void set_limit();
  void reset();
  void repeat_after_coalescing();
  std::size_t take_small_ones(std::size_t seed);
  void ask_for_ownership();

  void break_something();
  void swap_two_actions();

  byte_reader in_;
  program_settings settings_;
  recording_upstream upstream_;
  arena::arena_options options_;
  // On the heap, since AddressSanitizer forgets what is poisoned on a stack through which an
  // exception goes; at a page's start, so that padding is the same in every run.
  std::unique_ptr<caller_storage> storage_ = std::make_unique<caller_storage>();
  std::span<std::byte> buffer_;
  std::optional<arena::bump_arena> memory_;
  arena_model model_;
  std::vector<open_scope> scopes_;
  const action* latest_action_ = nullptr;
  std::size_t operations_ = 0;
  std::size_t refused_ = 0;
};

// Takes memory, and holds what came of it against the model. Null if it failed.
template <class Take>
void* program_run::attempt(std::size_t bytes, std::size_t alignment, Take take) {
  const arena_model::snapshot before = model_.now();
  failure result = failure::none;
  void* taken = nullptr;
  try {
    taken = take();
    if (taken == nullptr)
      result = model_.upstream_failed_since(before) ? failure::upstream : failure::limit;
  } catch (const arena::allocation_limit_exceeded& exceeded) {
    result = failure::limit;
    model_.expect(exceeded.limit_bytes == memory_->limit() &&
                      exceeded.used_bytes == before.numbers.used_bytes,
                  "the exception names another limit or use");
  } catch (const std::bad_alloc&) {
    result = failure::upstream;
  }
  model_.attempted(before, bytes, alignment, result);
  if (taken == nullptr) {
    ++refused_;
    return nullptr;
  }
  model_.allocated(before, taken, bytes, alignment);
  return taken;
}

// Around what takes memory in several steps: it may be refused at any of them. `create` returns the
// last that it took and still has.
template <class Create>
void program_run::create_with(std::size_t passing_bytes, Create create) {
  const arena_model::snapshot before = model_.now();
  std::span<const std::byte> latest;
  try {
    latest = create();
  } catch (const std::bad_alloc&) {
    ++refused_;
    // Not `latest`: GCC 12.2 at -O1 drops the store of its initial value.
    return model_.settle(before, {}, passing_bytes);
  }
  model_.settle(before, latest, passing_bytes);
}
