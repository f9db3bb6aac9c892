#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"

namespace {

using arena::bump_arena;
using arena::testing::checking_resource;

struct logs_its_end {
  logs_its_end(std::vector<int>& to, int number) : log(&to), id(number) {}
  logs_its_end(const logs_its_end&) = delete;
  ~logs_its_end() { log->push_back(id); }

  std::vector<int>* log;
  int id;
};

TEST(BumpArenaContents, DestroysWhatItCreatedLastFirstAndOnce) {
  std::vector<int> log;
  {
    bump_arena memory;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(memory.create<logs_its_end>(log, i).id, i);
    EXPECT_TRUE(log.empty());
    memory.reset();
    EXPECT_EQ(log, (std::vector<int>{2, 1, 0}));
    memory.reset();
    memory.create<logs_its_end>(log, 3);
  }
  EXPECT_EQ(log, (std::vector<int>{2, 1, 0, 3}));
}

TEST(BumpArenaContents, RegistersNothingWhereADestructorDoesNothing) {
  bump_arena memory;
  EXPECT_EQ(memory.create<std::uint64_t>(7u), 7u);
  EXPECT_EQ(memory.used(), 8u);
}

TEST(BumpArenaContents, GivesAllocatorAwareObjectsItsMemory) {
  checking_resource upstream;
  bump_arena memory(&upstream);
  auto& words = memory.create<std::pmr::vector<std::pmr::string>>();
  words.emplace_back("a text that is longer than the small buffer of a string");
  EXPECT_EQ(words.get_allocator().resource(), &memory);
  EXPECT_EQ(words[0].get_allocator().resource(), &memory);
}

struct alignas(256) wide {
  explicit wide(std::vector<int>& to) : log(&to) {}
  ~wide() { log->push_back(reinterpret_cast<std::uintptr_t>(this) % 256 == 0 ? 1 : -1); }
  std::vector<int>* log;
};

TEST(BumpArenaContents, AlignsWhatItCreates) {
  std::vector<int> log;
  {
    bump_arena memory;
    (void)memory.allocate(8, 8);
    memory.create<wide>(log);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&memory.create<std::max_align_t>()) %
                  alignof(std::max_align_t),
              0u);
  }
  EXPECT_EQ(log, std::vector<int>{1});
}

struct throws_at_birth {
  throws_at_birth() { throw std::runtime_error("no"); }
  ~throws_at_birth() { ADD_FAILURE() << "never lived"; }
};

TEST(BumpArenaContents, TakesBackWhatAConstructorThatThrowsWasGiven) {
  bump_arena memory;
  EXPECT_THROW(memory.create<throws_at_birth>(), std::runtime_error);
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BumpArenaContents, CreatesNothingOverTheLimit) {
  std::vector<int> log;
  bump_arena memory;
  memory.limit(16);
  EXPECT_THROW(memory.create<logs_its_end>(log, 1), arena::allocation_limit_exceeded);
  memory.reset();
  EXPECT_TRUE(log.empty());
}

TEST(BumpArenaContents, RunsActionsLastFirstAndOnce) {
  std::string order;
  bump_arena memory;
  memory.on_release([&]() noexcept { order += 'a'; });
  memory.on_release([&]() noexcept { order += 'b'; });
  memory.reset();
  memory.reset();
  EXPECT_EQ(order, "ba");
}

TEST(BumpArenaContents, LetsActionsUseAndTakeMemoryAndRegisterMore) {
  std::vector<std::string> seen;
  bump_arena memory;
  const std::string_view text = memory.copy_string("still here");
  memory.on_release([&]() noexcept {
    memory.on_release([&]() noexcept { seen.emplace_back("registered late"); });
    seen.emplace_back(memory.copy_string(text));
  });
  memory.reset();
  EXPECT_EQ(seen, (std::vector<std::string>{"still here", "registered late"}));
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BumpArenaContents, OwnsTheActionsItWasGiven) {
  bump_arena memory;
  auto shared = std::make_shared<int>(1);
  memory.on_release([shared]() noexcept { *shared = 2; });
  EXPECT_EQ(shared.use_count(), 2);
  memory.reset();
  EXPECT_EQ(*shared, 2);
  EXPECT_EQ(shared.use_count(), 1);
}

struct throws_when_copied {
  throws_when_copied() = default;
  throws_when_copied(const throws_when_copied&) { throw std::runtime_error("no"); }
  void operator()() noexcept { ADD_FAILURE() << "was not registered"; }
};

TEST(BumpArenaContents, RegistersNothingWhereAnActionCannotBeCopied) {
  bump_arena memory;
  const throws_when_copied action;
  EXPECT_THROW(memory.on_release(action), std::runtime_error);
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BumpArenaContents, CreatesArraysOfValueInitialisedObjects) {
  bump_arena memory;
  const std::span<int> zeros = memory.create_array<int>(1000);
  EXPECT_EQ(zeros.size(), 1000u);
  EXPECT_TRUE(std::all_of(zeros.begin(), zeros.end(), [](int each) { return each == 0; }));
  EXPECT_TRUE(memory.create_array<int>(0).empty());
  EXPECT_THROW((void)memory.create_array<int>(std::size_t(-1) / 2), std::bad_array_new_length);
  memory.limit(memory.used());
  EXPECT_THROW((void)memory.create_array<int>(1), arena::allocation_limit_exceeded);
}

TEST(BumpArenaContents, CopiesSpans) {
  bump_arena memory;
  const std::array<int, 3> numbers = {1, 2, 3};
  const std::span<int> copy = memory.copy(std::span(numbers));
  EXPECT_NE(copy.data(), numbers.data());
  EXPECT_EQ(std::vector<int>(copy.begin(), copy.end()), (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(memory.copy(std::span<const int>()).empty());
}

TEST(BumpArenaContents, CopiesStringsAndEndsThemWithNul) {
  bump_arena memory;
  const std::string source(5000, 'x');
  for (const std::string_view text : {std::string_view(), std::string_view("a\0b", 3),
                                      std::string_view("12345678"), std::string_view(source)}) {
    const std::string_view copy = memory.copy_string(text);
    EXPECT_EQ(copy, text);
    EXPECT_NE(copy.data(), text.data());
    EXPECT_EQ(copy.data()[copy.size()], '\0');
  }
}

TEST(BumpArenaContents, FormatsIntoItsTail) {
  bump_arena memory;
  EXPECT_EQ(memory.format("%d items at %s", 3, "home"), "3 items at home");
  EXPECT_EQ(memory.used(), 16u) << "the text and its NUL";
  EXPECT_EQ(memory.format("%s", ""), "");
}

TEST(BumpArenaContents, FormatsTextsOfAnyLength) {
  checking_resource upstream;
  bump_arena memory(&upstream, {.first_block_bytes = 256, .max_block_bytes = 1024});
  for (std::size_t bytes = 0; bytes < 3000; bytes += 1 + bytes / 10) {
    const std::string text(bytes, 'y');
    const std::string_view made = memory.format("%s!", text.c_str());
    EXPECT_EQ(made, text + '!');
    EXPECT_EQ(made.data()[made.size()], '\0');
  }
}

TEST(BumpArenaContents, FormatsUpToTheLimitAndNotOver) {
  bump_arena memory;
  memory.limit(13);
  EXPECT_EQ(memory.format("%d", 1234567), "1234567");
  EXPECT_THROW((void)memory.format("%s", ""), arena::allocation_limit_exceeded);
  memory.reset();
  memory.limit(64);
  const std::string text(64, 'z');
  EXPECT_THROW((void)memory.format("%s", text.c_str()), arena::allocation_limit_exceeded);
  EXPECT_EQ(memory.statistics().upstream_allocations, 1u) << "a failure fetches nothing";
  EXPECT_EQ(memory.used(), 0u);
  EXPECT_EQ(memory.format("%s", text.c_str() + 1).size(), 63u);
}

}  // namespace
