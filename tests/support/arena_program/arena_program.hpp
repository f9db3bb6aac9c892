// Byte strings as programs: each is decoded into a bump_arena's set-up and a sequence of
// operations, all that the arena has, which run beside an arena_model. Every byte string is a valid
// program, so that a fuzzer and a random generator can write them; one program does the same in
// every run. It knows no test framework: what differs from the model is thrown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

/// The first expectation that did not hold, and the number of the operation after which it was
/// seen.
class program_violation : public std::runtime_error {
 public:
  program_violation(std::size_t number, const std::string& what)
      : std::runtime_error("operation " + std::to_string(number) + ": " + what),
        operation(number) {}

  std::size_t operation;  ///< 1 for the first; 0 for the set-up
};

/// Ways to make a program wrong, by which it is known that each kind of defect would be found.
enum class sabotage {
  none,
  foreign_write,        ///< someone writes into a live range
  foreign_limit,        ///< the arena's limit is not the one that was set
  foreign_allocation,   ///< memory is taken that the model does not know
  foreign_release,      ///< the latest allocation is taken back, though in use
  foreign_block,        ///< upstream has given a block that the arena does not know
  lost_cleanup,         ///< an action is expected that the arena does not know
  wrong_cleanup_order,  ///< actions are expected in the order in which they were registered
};

struct program_settings {
  /// Upstream's call that fails, counted from 1, instead of those that the program chooses; 0: none
  /// but those.
  std::size_t failing_call = 0;
  sabotage broken = sabotage::none;
};

struct program_result {
  std::size_t operations;
  std::size_t refused;         ///< operations that failed, by the limit or by upstream
  std::size_t upstream_calls;  ///< those that failed included
  std::size_t upstream_failures;
};

/// The most operations that are run of one program.
inline constexpr std::size_t max_program_operations = 1000;

/// Throws program_violation.
program_result run_arena_program(std::span<const std::uint8_t> program,
                                 program_settings settings = {});
