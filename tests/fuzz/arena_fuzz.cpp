// Fuzz target: the input is a program of operations on a bump_arena, run beside its model (see
// tests/support/arena_program.hpp). What differs from the model ends the process.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "tests/support/arena_program/arena_program.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    run_arena_program(std::span(data, size));
  } catch (const program_violation& violation) {
    std::fprintf(stderr, "arena_fuzz: %s\n", violation.what());
    std::abort();
  }
  return 0;
}
