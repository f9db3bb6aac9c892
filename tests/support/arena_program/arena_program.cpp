#include "tests/support/arena_program/arena_program.hpp"

#include "tests/support/arena_program/program_run.hpp"

program_result run_arena_program(std::span<const std::uint8_t> program, program_settings settings) {
  return program_run(program, settings).run();
}
