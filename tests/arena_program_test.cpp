#include "tests/support/arena_program/arena_program.hpp"

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/arena_program/arena_model.hpp"

namespace {

std::vector<std::uint8_t> random_program(unsigned seed, std::size_t bytes) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> program(bytes);
  for (std::uint8_t& each : program) each = static_cast<std::uint8_t>(random());
  return program;
}

// Without a limit from the start, a caller's buffer, or failures of upstream.
std::vector<std::uint8_t> plain_program(unsigned seed) {
  std::vector<std::uint8_t> program = random_program(seed, 2000);
  for (std::size_t i = 1; i < 6; ++i) program[i] = 0;
  program[5] = 1;
  return program;
}

TEST(ArenaProgram, AgreesWithTheModelInRandomPrograms) {
  std::size_t operations = 0;
  std::size_t refused = 0;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    try {
      const program_result result = run_arena_program(random_program(seed, 200 + seed % 1000));
      operations += result.operations;
      refused += result.refused;
    } catch (const program_violation& violation) {
      FAIL() << "seed " << seed << ", " << violation.what();
    }
  }
  EXPECT_GT(operations, 2000u * 100);
  EXPECT_GT(refused, operations / 50) << "too few failures to prove anything";
  EXPECT_LT(refused, operations / 2) << "too many failures to prove anything";
}

TEST(ArenaProgram, AgreesWithTheModelWhereverUpstreamFails) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const std::vector<std::uint8_t> program = plain_program(seed);
    const std::size_t calls = run_arena_program(program).upstream_calls;
    ASSERT_GT(calls, 20u);
    for (std::size_t nth = 1; nth <= calls; ++nth) {
      try {
        EXPECT_GE(run_arena_program(program, {.failing_call = nth}).upstream_failures, 1u);
      } catch (const program_violation& violation) {
        FAIL() << "seed " << seed << ", call " << nth << " fails, " << violation.what();
      }
    }
  }
}

TEST(ArenaProgram, IsTheSameInEveryRun) {
  const std::vector<std::uint8_t> program = random_program(7, 1000);
  const program_result once = run_arena_program(program);
  const program_result again = run_arena_program(program);
  EXPECT_EQ(once.operations, again.operations);
  EXPECT_EQ(once.refused, again.refused);
  EXPECT_EQ(once.upstream_calls, again.upstream_calls);
}

TEST(ArenaProgram, TakesAnyBytes) {
  for (std::size_t bytes = 0; bytes < 16; ++bytes) {
    EXPECT_NO_THROW(run_arena_program(std::vector<std::uint8_t>(bytes, 0)));
    EXPECT_NO_THROW(run_arena_program(std::vector<std::uint8_t>(bytes, 255)));
  }
}

struct broken_case {
  sabotage broken;
  const char* found_as;
};

void PrintTo(const broken_case& each, std::ostream* out) {
  *out << each.found_as;
}

class BrokenProgram : public testing::TestWithParam<broken_case> {};

// A proof that cannot fail proves nothing.
TEST_P(BrokenProgram, IsFound) {
  std::size_t found = 0;
  std::size_t found_so = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    try {
      run_arena_program(plain_program(seed), {.broken = GetParam().broken});
    } catch (const program_violation& violation) {
      ++found;
      EXPECT_GE(violation.operation, 40u) << "found before it was broken";
      if (std::string(violation.what()).find(GetParam().found_as) != std::string::npos) ++found_so;
    }
  }
  EXPECT_GE(found, 10u);
  EXPECT_GE(found_so, 1u) << found << " found, but as something else";
}

INSTANTIATE_TEST_SUITE_P(
    EachKind, BrokenProgram,
    testing::Values(broken_case{sabotage::foreign_write, "lost its content"},
                    broken_case{sabotage::foreign_limit, "another limit than was set"},
                    broken_case{sabotage::foreign_allocation, "not next in the block"},
                    broken_case{sabotage::foreign_release,
                                arena::poisoning ? "poisoned" : "in use already"},
                    broken_case{sabotage::foreign_block, "reserved is not what upstream gave"},
                    broken_case{sabotage::lost_cleanup, "did not run"},
                    broken_case{sabotage::wrong_cleanup_order, "out of order"}));

TEST(RecordingUpstream, SeesABlockThatComesBackOtherwiseThanItWent) {
  recording_upstream upstream;
  upstream.deallocate(upstream.allocate(64, 16), 64, 16);
  EXPECT_EQ(upstream.violation(), "");
  upstream.deallocate(upstream.allocate(64, 16), 32, 16);
  EXPECT_NE(upstream.violation(), "");
}

TEST(RecordingUpstream, SeesAPointerThatItDidNotGive) {
  recording_upstream upstream;
  int foreign = 0;
  upstream.deallocate(&foreign, 4, 4);
  EXPECT_NE(upstream.violation(), "");
}

TEST(RecordingUpstream, FailsAtTheCallsItIsToldTo) {
  recording_upstream upstream;
  upstream.fail(2, 3);
  std::string failed;
  for (int call = 1; call <= 9; ++call) {
    try {
      upstream.deallocate(upstream.allocate(8, 8), 8, 8);
      failed += '-';
    } catch (const std::bad_alloc&) {
      failed += 'x';
    }
  }
  EXPECT_EQ(failed, "-x--x--x-");
}

}  // namespace
