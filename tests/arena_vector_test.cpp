#include "arena/arena_vector.hpp"

#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "arena/arena_scope.hpp"
#include "arena/arena_string.hpp"
#include "arena/testing/checking_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::arena_string;
using arena::arena_vector;
using arena::bump_arena;
using arena::testing::checking_resource;

constexpr arena::arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

TEST(ArenaVector, GrowsInPlaceWhileItIsTheLatest) {
  bump_arena memory(std::pmr::new_delete_resource(), {.first_block_bytes = 64 << 10});
  arena_vector<int> numbers(memory);
  numbers.push_back(0);
  const int* const place = numbers.data();
  for (int i = 1; i < 8000; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers.data(), place);
  numbers.shrink_to_fit();
  EXPECT_EQ(memory.used(), 32'000u) << "nothing was left behind";
  for (int i = 0; i < 8000; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(ArenaVector, UsesTheLastByteOfItsBlockBeforeItMoves) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  arena_vector<char> text(memory);
  text.push_back('x');
  const char* const place = text.data();
  for (std::size_t i = 1; i < 1024 - 16; ++i) text.push_back('x');
  EXPECT_EQ(text.data(), place);
  EXPECT_EQ(memory.statistics().free_bytes, 0u);
  text.push_back('y');
  EXPECT_NE(text.data(), place);
  EXPECT_EQ(std::string(text.begin(), text.end()), std::string(1008, 'x') + 'y');
}

TEST(ArenaVector, MovesOnceWhenSomethingElseWasAllocated) {
  bump_arena memory;
  arena_vector<int> numbers(memory);
  for (int i = 0; i < 16; ++i) numbers.push_back(i);
  (void)memory.allocate(8, 8);
  const int* const before = numbers.data();
  numbers.push_back(16);
  const int* const after = numbers.data();
  EXPECT_NE(after, before);
  for (int i = 17; i < 1000; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers.data(), after);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(ArenaVector, GivesItsMemoryBackAtItsEnd) {
  bump_arena memory;
  {
    arena_vector<int> numbers(memory);
    numbers.reserve(100);
    EXPECT_EQ(numbers.capacity(), 100u);
    EXPECT_EQ(memory.used(), 400u);
  }
  EXPECT_EQ(memory.used(), 0u);
}

TEST(ArenaVector, GivesAllOfItsMemoryBackWhenItShrinksToNothing) {
  bump_arena memory;
  arena_vector<int> numbers(memory);
  numbers.reserve(100);
  numbers.shrink_to_fit();
  EXPECT_EQ(memory.used(), 0u);
  EXPECT_EQ(numbers.capacity(), 0u);
  numbers.push_back(1);
  EXPECT_EQ(numbers.back(), 1);
}

TEST(ArenaVector, LeavesItsElementsToTheArenaWhenReleased) {
  bump_arena memory;
  std::span<int> left;
  {
    arena_vector<int> numbers(memory);
    for (int i = 0; i < 5; ++i) numbers.push_back(i);
    left = numbers.release();
    EXPECT_TRUE(numbers.empty());
    numbers.push_back(9);
  }
  EXPECT_EQ(std::accumulate(left.begin(), left.end(), 0), 10);
  EXPECT_EQ(memory.used(), 24u);
}

TEST(ArenaVector, AppendsSpansThatMayBeItsOwn) {
  for (const bool elsewhere : {false, true}) {
    bump_arena memory;
    arena_vector<int> numbers(memory);
    for (int i = 0; i < 16; ++i) numbers.push_back(i);
    if (elsewhere) (void)memory.allocate(8, 8);
    numbers.append(std::span<const int>(numbers.data() + 4, 8));
    numbers.append({});
    ASSERT_EQ(numbers.size(), 24u);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(numbers[16 + i], static_cast<int>(4 + i));
  }
}

TEST(ArenaVector, AddsAnElementOfItsOwnWhileItMoves) {
  bump_arena memory;
  arena_vector<std::string> words(memory);
  words.emplace_back("a word that is longer than the small buffer");
  while (words.size() < words.capacity()) words.emplace_back("filler");
  (void)memory.allocate(8, 8);
  words.push_back(words[0]);
  EXPECT_EQ(words.back(), words[0]);
}

TEST(ArenaVector, DestroysItsElementsOnceEach) {
  const auto alive = std::make_shared<int>(0);
  bump_arena memory;
  {
    arena_vector<std::shared_ptr<int>> shared(memory);
    for (int i = 0; i < 100; ++i) {
      shared.push_back(alive);
      if (i % 10 == 0) (void)memory.allocate(8, 8);
    }
    EXPECT_EQ(alive.use_count(), 101);
    shared.pop_back();
    EXPECT_EQ(alive.use_count(), 100);
    arena_vector<std::shared_ptr<int>> moved(std::move(shared));
    EXPECT_EQ(alive.use_count(), 100);
    arena_vector<std::shared_ptr<int>> assigned(memory);
    assigned.push_back(alive);
    assigned = std::move(moved);
    EXPECT_EQ(assigned.size(), 99u);
    EXPECT_EQ(alive.use_count(), 100);
    assigned.clear();
    EXPECT_EQ(alive.use_count(), 1);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(ArenaVector, IsAsItWasWhenItCannotGrow) {
  bump_arena memory;
  memory.limit(256);
  arena_vector<int> numbers(memory);
  EXPECT_THROW(for (;;) numbers.push_back(static_cast<int>(numbers.size())),
               arena::allocation_limit_exceeded);
  EXPECT_EQ(numbers.size(), 64u) << "to the last byte of the limit";
  EXPECT_EQ(numbers.back(), 63);
  EXPECT_THROW(numbers.reserve(std::size_t(-1)), std::bad_alloc);
  EXPECT_EQ(numbers.size(), 64u);
}

TEST(ArenaVector, TakesWhatIsNeededWhereTwiceAsMuchIsOverTheLimit) {
  bump_arena memory;
  arena_vector<int> numbers(memory);
  for (int i = 0; i < 16; ++i) numbers.push_back(i);
  (void)memory.allocate(8, 8);
  memory.limit(memory.used() + 72);
  numbers.push_back(16);
  EXPECT_EQ(numbers.size(), 17u);
}

TEST(ArenaVector, TakesNothingFromAnArgumentThatItHasNoRoomFor) {
  bump_arena memory;
  memory.limit(64);
  arena_vector<std::unique_ptr<int>> owners(memory);
  while (owners.size() < 8) owners.push_back(std::make_unique<int>(1));
  auto ninth = std::make_unique<int>(9);
  EXPECT_THROW(owners.push_back(std::move(ninth)), arena::allocation_limit_exceeded);
  EXPECT_NE(ninth, nullptr);
  EXPECT_EQ(owners.size(), 8u);
}

struct throws_when_told {
  explicit throws_when_told(bool now) {
    if (now) throw std::runtime_error("told");
  }
};

TEST(ArenaVector, IsAsItWasWhenAnElementCannotBeMadeWhileItMoves) {
  bump_arena memory;
  arena_vector<throws_when_told> made(memory);
  made.emplace_back(false);
  while (made.size() < made.capacity()) made.emplace_back(false);
  (void)memory.allocate(8, 8);
  const std::size_t used = memory.used();
  const auto* const place = made.data();
  EXPECT_THROW(made.emplace_back(true), std::runtime_error);
  EXPECT_EQ(made.data(), place);
  EXPECT_EQ(memory.used(), used);
}

TEST(ArenaVector, SurvivesUpstreamsFailureAtAnyCall) {
  bool failed = true;
  for (std::size_t nth = 1; failed; ++nth) {
    checking_resource checked;
    arena::testing::failing_resource upstream(nth, arena::testing::failing_resource::mode::once,
                                              &checked);
    bump_arena memory(&upstream, small_blocks);
    arena_string text(memory);
    std::string expected;
    for (int i = 0; i < 40'000; ++i) {
      try {
        text.push_back(static_cast<char>('a' + i % 26));
        expected += static_cast<char>('a' + i % 26);
      } catch (const std::bad_alloc&) {
        EXPECT_EQ(text.view(), expected);
      }
    }
    EXPECT_EQ(text.view(), expected);
    failed = upstream.has_failed();
    EXPECT_TRUE(failed || nth > 3);
  }
}

TEST(ArenaVector, StaysInItsScope) {
  bump_arena memory;
  arena_vector<int> outer(memory);
  for (int i = 0; i < 16; ++i) outer.push_back(i);
  const int* const place = outer.data();
  {
    const arena::arena_scope scope(memory);
    arena_vector<int> inner(memory);
    for (int i = 0; i < 100; ++i) inner.push_back(i);
  }
  while (outer.size() < 100) outer.push_back(0);
  EXPECT_EQ(outer.data(), place);
}

struct alignas(64) wide {
  int value;
};

TEST(ArenaVector, AlignsItsElements) {
  bump_arena memory;
  (void)memory.allocate(8, 8);
  arena_vector<wide> values(memory);
  for (int i = 0; i < 20; ++i) values.push_back({i});
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0u);
  EXPECT_EQ(values[19].value, 19);
}

TEST(ArenaString, CopiesNothingWhileItIsTheLatest) {
  bump_arena memory;
  arena_string text(memory);
  text.push_back('a');
  const char* const place = text.data();
  while (text.size() < 8000) text.append("bcd");
  EXPECT_EQ(text.data(), place);
  EXPECT_EQ(text.view().substr(0, 7), "abcdbcd");
  EXPECT_LE(memory.used(), 16'000u);
}

TEST(ArenaString, AppendsWhateverItIsGiven) {
  bump_arena memory;
  arena_string text(memory);
  text += "one";
  text += ' ';
  text.append(text.view()).append("").append(std::string(5000, 'x'));
  EXPECT_EQ(text.view(), "one one " + std::string(5000, 'x'));
  text.pop_back();
  EXPECT_EQ(text.size(), 5007u);
  text.clear();
  EXPECT_TRUE(text.empty());
  EXPECT_GE(text.capacity(), 5007u);
}

TEST(ArenaString, LeavesItsTextToTheArenaWhenReleased) {
  bump_arena memory;
  std::string_view left;
  {
    arena_string text(memory);
    text.reserve(1000);
    text += "to stay";
    left = text.release();
  }
  EXPECT_EQ(left, "to stay");
  EXPECT_EQ(memory.used(), 8u);
}

static_assert(!std::is_copy_constructible_v<arena_vector<int>>);
static_assert(std::is_nothrow_move_constructible_v<arena_string>);
static_assert(std::is_nothrow_move_assignable_v<arena_string>);

}  // namespace
