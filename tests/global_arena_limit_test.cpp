// What the environment and the limit decide for a program on the global arena. It is tried in child
// processes, which GoogleTest starts anew for each death test, so that the variable is read at the
// child's own first operator new.
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "arena/global/global_arena.hpp"
#include "tests/support/operator_new_forms.hpp"

namespace {

using arena::global::statistics;

// Set for the children that are started while it lives.
class environment_variable {
 public:
  environment_variable(const char* name, const std::string& value) : name_(name) {
    if (const char* const text = std::getenv(name)) before_ = text;
    setenv(name, value.c_str(), 1);
  }
  ~environment_variable() {
    if (before_)
      setenv(name_, before_->c_str(), 1);
    else
      unsetenv(name_);
  }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

std::string lines_with(std::string_view prefix, const std::string& text) {
  std::istringstream lines(text);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(prefix)) found += line.substr(prefix.size()) + '\n';
  return found;
}

// What the arena should say on a child's stderr: that, and only that, as often and in that order.
// The child itself tells what it expects by "expected: ", unless it is told here.
struct says_what_is_expected {
  using is_gtest_matcher = void;
  std::optional<std::string> told = {};

  bool MatchAndExplain(const std::string& text, std::ostream*) const {
    return lines_with("arena::global: ", text) == told.value_or(lines_with("expected: ", text));
  }
  void DescribeTo(std::ostream* to) const { *to << "says what is expected and no more"; }
  void DescribeNegationTo(std::ostream* to) const { *to << "does not say what is expected"; }
};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::exit(1);
}

void expect_exhaustion_message(std::size_t asked) {
  const auto now = statistics();
  std::fprintf(stderr,
               "expected: out of memory: asked %zu bytes, used %zu of the limit of %zu; "
               "ARENA_GLOBAL_LIMIT=<bytes> raises it\n",
               asked, now.used_bytes, now.limit_bytes);
}

void take_pieces_until_refused(std::size_t bytes) {
  while (seen(::operator new(bytes, std::nothrow)) != nullptr) continue;
}

[[noreturn]] void run_into_the_limit() {
  const std::size_t piece_bytes = 20 * mebibyte;
  void* last = nullptr;
  auto before = statistics();
  require(throws_bad_alloc([&] {
            for (;;) {
              before = statistics();
              last = seen(::operator new(piece_bytes));
            }
          }),
          "pieces end with bad_alloc");
  expect_exhaustion_message(piece_bytes);
  require(last != nullptr, "there was a first piece");
  require(statistics().used_bytes == before.used_bytes, "the refused piece took nothing");
  require(seen(::operator new(mebibyte)) != nullptr, "a smaller one still succeeds");
  require(throws_bad_alloc([] { seen(::operator new(20 * mebibyte)); }),
          "a large one is refused again, silently");
  std::exit(0);
}

[[noreturn]] void use_all_of_it() {
  expect_exhaustion_message(64 * mebibyte);
  require(seen(::operator new(64 * mebibyte, std::nothrow)) == nullptr, "some of it is in use");
  const auto page = std::align_val_t{4096};
  while (seen(::operator new(64, page, std::nothrow)) != nullptr) continue;
  require(statistics().used_bytes < statistics().reserved_bytes, "padding counts to the limit");
  for (std::size_t bytes = 32 * mebibyte; bytes > 0; bytes /= 2) take_pieces_until_refused(bytes);
  const auto now = statistics();
  require(now.limit_bytes == 64 * mebibyte + 5, "the limit is as given");
  require(now.reserved_bytes == 64 * mebibyte, "whole granules are reserved");
  require(now.used_bytes == now.reserved_bytes, "the last granule was had");
  for (const new_form& form : nothrow_forms) require(form.call(0) == nullptr, form.name);
  std::exit(0);
}

[[noreturn]] void race_to_the_limit() {
  std::array<std::size_t, 4> pieces{};
  std::latch all_started(1);  // a thread is itself made by operator new: first make them all
  std::vector<std::thread> threads;
  for (std::size_t& own : pieces) {
    threads.emplace_back([&] {
      all_started.wait();
      while (seen(::operator new(4096, std::nothrow)) != nullptr) ++own;
    });
  }
  const std::size_t left = statistics().reserved_bytes - statistics().used_bytes;
  all_started.count_down();
  for (std::thread& each : threads) each.join();
  const std::size_t total = pieces[0] + pieces[1] + pieces[2] + pieces[3];
  const std::size_t rest = statistics().reserved_bytes - statistics().used_bytes;
  require(rest < 4096, "less than a piece is left");
  require(total * 4096 + rest == left, "each byte was handed out to one thread, or not at all");
  std::exit(0);
}

[[noreturn]] void expect_the_default_limit() {
  std::fprintf(stderr,
               "expected: ARENA_GLOBAL_LIMIT=%s is no number of bytes above 0; "
               "the limit is 1073741824\n",
               std::getenv("ARENA_GLOBAL_LIMIT"));
  require(statistics().limit_bytes == 1073741824, "the default limit");
  std::_Exit(0);  // at std::exit LeakSanitizer would read the whole gibibyte, in each child
}

class GlobalArenaInAChild : public testing::Test {
 protected:
  GlobalArenaInAChild() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  const testing::ExitedWithCode exits_well{0};
  const environment_variable limit_{"ARENA_GLOBAL_LIMIT", std::to_string(64 * mebibyte + 5)};
};

TEST_F(GlobalArenaInAChild, AtTheLimitThrowsSaysSoOnceAndLeavesTheRestToSmallerRequests) {
  EXPECT_EXIT(run_into_the_limit(), exits_well, says_what_is_expected{});
}

TEST_F(GlobalArenaInAChild, CanBeUsedToTheLastGranuleOfItsLimit) {
  EXPECT_EXIT(use_all_of_it(), exits_well, says_what_is_expected{});
}

TEST_F(GlobalArenaInAChild, HandsOutEachByteOnceWhenThreadsRaceToTheLimit) {
  EXPECT_EXIT(race_to_the_limit(), exits_well, testing::ContainsRegex("asked 4096 bytes"));
}

TEST_F(GlobalArenaInAChild, ReportsALimitThatIsNoNumberAndTakesTheDefault) {
  for (const char* wrong : {"", "0", "00", "abc", "-1", "+1", " 1", "1 ", "1e9", "64MiB", "0x10",
                            "18446744073709551616"}) {
    const environment_variable limit("ARENA_GLOBAL_LIMIT", wrong);
    EXPECT_EXIT(expect_the_default_limit(), exits_well, says_what_is_expected{}) << wrong;
  }
}

// The child dies of the bad_alloc before its main: GoogleTest registers its tests there.
TEST_F(GlobalArenaInAChild, ReportsARegionThatTheSystemRefuses) {
  const environment_variable limit("ARENA_GLOBAL_LIMIT", "9223372036854775807");
  const environment_variable address("ASAN_OPTIONS", "allocator_may_return_null=1");
  const environment_variable thread("TSAN_OPTIONS", "allocator_may_return_null=1");
  EXPECT_EXIT(std::exit(0), testing::KilledBySignal(SIGABRT),
              says_what_is_expected{"the system refuses 9223372036854775807 bytes; "
                                    "lower ARENA_GLOBAL_LIMIT\n"});
}

}  // namespace
