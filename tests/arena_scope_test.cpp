#include "arena/arena_scope.hpp"

#include <cstring>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"

namespace {

using arena::arena_scope;
using arena::bump_arena;
using arena::testing::checking_resource;

constexpr arena::arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

TEST(ArenaScope, GivesBackWhatWasAllocatedInItAndNothingElse) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  auto* const before = static_cast<char*>(memory.allocate(10, 1));
  std::memcpy(before, "0123456789", 10);
  void* inside = nullptr;
  {
    const arena_scope scope(memory);
    inside = memory.allocate(100, 8);
    std::memset(inside, 1, 100);
    for (int i = 0; i < 100; ++i) std::memset(memory.allocate(200, 8), 2, 200);
  }
  EXPECT_EQ(memory.used(), 16u);
  EXPECT_EQ(std::memcmp(before, "0123456789", 10), 0);
  EXPECT_EQ(memory.allocate(1, 1), inside);
}

TEST(ArenaScope, KeepsItsBlocksForTheNext) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  const auto work = [&] {
    const arena_scope scope(memory);
    for (int i = 0; i < 100; ++i) (void)memory.allocate(200, 8);
  };
  work();
  const std::size_t warm = upstream.allocations();
  for (int i = 0; i < 100; ++i) work();
  EXPECT_EQ(upstream.allocations(), warm);
}

TEST(ArenaScope, GivesBackTheBlocksOfLargeRequestsMadeInIt) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(5000, 8);
  {
    const arena_scope scope(memory);
    (void)memory.allocate(5000, 8);
    (void)memory.allocate(50'000, 8);
    EXPECT_EQ(upstream.live_blocks(), 3u);
  }
  EXPECT_EQ(upstream.live_blocks(), 1u);
  const auto s = memory.statistics();
  EXPECT_EQ(s.used_bytes, 5000u);
  EXPECT_EQ(s.wasted_bytes, 0u);
  EXPECT_EQ(s.reserved_bytes, 5000u);
  EXPECT_EQ(s.peak_bytes, 60'000u);
}

TEST(ArenaScope, Nests) {
  bump_arena memory;
  const arena_scope outer(memory);
  (void)memory.allocate(8, 8);
  {
    const arena_scope inner(memory);
    (void)memory.allocate(80, 8);
    {
      const arena_scope innermost(memory);
      (void)memory.allocate(800, 8);
    }
    EXPECT_EQ(memory.used(), 88u);
  }
  EXPECT_EQ(memory.used(), 8u);
}

TEST(ArenaScope, RewindsAsOftenAsALoopWants) {
  bump_arena memory;
  arena_scope scope(memory);
  void* const first = memory.allocate(100, 8);
  for (int i = 0; i < 10; ++i) {
    scope.rewind();
    EXPECT_EQ(memory.allocate(100, 8), first);
  }
}

TEST(ArenaScope, WorksOnAnArenaThatHasNothingYet) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  {
    const arena_scope scope(memory);
    (void)memory.allocate(100, 8);
  }
  EXPECT_EQ(memory.used(), 0u);
  const std::size_t warm = upstream.allocations();
  (void)memory.allocate(900, 8);
  EXPECT_EQ(upstream.allocations(), warm) << "the block was kept";
}

TEST(ArenaScope, WorksFromTheCallersBuffer) {
  checking_resource upstream;
  alignas(8) std::byte buffer[64];
  bump_arena memory(buffer, &upstream, small_blocks);
  (void)memory.allocate(8, 8);
  {
    const arena_scope scope(memory);
    for (int i = 0; i < 100; ++i) (void)memory.allocate(100, 8);
  }
  EXPECT_EQ(memory.allocate(8, 8), buffer + 8);
}

// Growing an outer allocation inside a scope would have the scope's end cut it.
TEST(ArenaScope, NeitherGrowsNorTakesBackWhatIsOlder) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  void* const large = memory.allocate(5000, 8);
  void* const older = memory.allocate(16, 8);
  {
    const arena_scope scope(memory);
    EXPECT_FALSE(memory.try_expand(older, 16, 24));
    EXPECT_FALSE(memory.try_expand(older, 16, 8));
    EXPECT_EQ(memory.expandable_to(older, 16), 0u);
    memory.deallocate(older, 16);
    memory.deallocate(large, 5000);
    EXPECT_EQ(memory.used(), 5016u);
    void* const newer = memory.allocate(16, 8);
    EXPECT_TRUE(memory.try_expand(newer, 16, 24));
    memory.deallocate(newer, 24);
    EXPECT_EQ(memory.used(), 5016u);
  }
  EXPECT_TRUE(memory.try_expand(older, 16, 24)) << "and can again once the scope is over";
  memory.deallocate(large, 5000);
  EXPECT_EQ(upstream.live_blocks(), 1u);
}

TEST(ArenaScope, AContainerFromOutsideMayOutgrowItselfInside) {
  bump_arena memory;
  std::pmr::string text("begun outside, and longer than a small string", &memory);
  std::pmr::string copy(text, &memory);
  {
    const arena_scope scope(memory);
    const std::pmr::string inside("quite another text, long enough as well", &memory);
    EXPECT_NE(inside.data(), copy.data());
  }
  EXPECT_EQ(text, copy);
}

TEST(ArenaScope, RunsTheCleanupsRegisteredInItLastFirstWhileTheirMemoryLives) {
  bump_arena memory;
  std::vector<int> order;
  order.reserve(8);
  memory.on_release([&]() noexcept { order.push_back(0); });
  {
    arena_scope scope(memory);
    auto& number = memory.create<int>(7);
    memory.on_release([&]() noexcept { order.push_back(number); });
    memory.on_release([&]() noexcept { order.push_back(2); });
    scope.rewind();
    EXPECT_EQ(order, (std::vector<int>{2, 7}));
    memory.on_release([&]() noexcept { order.push_back(3); });
  }
  EXPECT_EQ(order, (std::vector<int>{2, 7, 3}));
  memory.reset();
  EXPECT_EQ(order, (std::vector<int>{2, 7, 3, 0}));
}

TEST(ArenaScope, LeavesTheLimitAlone) {
  bump_arena memory;
  memory.limit(100);
  {
    const arena_scope scope(memory);
    EXPECT_NE(memory.try_allocate(96), nullptr);
    EXPECT_EQ(memory.try_allocate(8), nullptr);
  }
  EXPECT_NE(memory.try_allocate(96), nullptr);
}

#if defined(ARENA_POISONS)
TEST(ArenaScope, PoisonsWhatItGivesBackInEachBlock) {
  bump_arena memory(std::pmr::new_delete_resource(), small_blocks);
  auto* const before = static_cast<char*>(memory.allocate(10, 1));
  std::vector<char*> inside;
  {
    const arena_scope scope(memory);
    for (int i = 0; i < 100; ++i) inside.push_back(static_cast<char*>(memory.allocate(200, 8)));
  }
  for (const char* p : inside) {
    EXPECT_TRUE(__asan_address_is_poisoned(p));
    EXPECT_TRUE(__asan_address_is_poisoned(p + 199));
  }
  EXPECT_FALSE(__asan_address_is_poisoned(before + 9));
}
#endif

#if !defined(NDEBUG)
TEST(ArenaScopeDeathTest, EndingOutOfOrderIsSeen) {
  bump_arena memory;
  EXPECT_DEATH(
      {
        auto outer = std::make_unique<arena_scope>(memory);
        const auto inner = std::make_unique<arena_scope>(memory);
        outer.reset();
      },
      "out of order");
}
#else
TEST(ArenaScope, LeavesItsMemoryToTheResetWhereItEndsOutOfOrder) {
  bump_arena memory;
  auto outer = std::make_unique<arena_scope>(memory);
  (void)memory.allocate(8, 8);
  auto inner = std::make_unique<arena_scope>(memory);
  (void)memory.allocate(8, 8);
  outer.reset();
  EXPECT_EQ(memory.used(), 16u);
  inner.reset();
  EXPECT_EQ(memory.used(), 8u);
  memory.reset();
  EXPECT_EQ(memory.used(), 0u);
}

TEST(ArenaScope, DoesNothingWhereTheArenaWasResetMeanwhile) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  {
    arena_scope scope(memory);
    for (int i = 0; i < 100; ++i) (void)memory.allocate(200, 8);
    memory.reset(arena::keep::none());
    (void)memory.allocate(8, 8);
    scope.rewind();
    EXPECT_EQ(memory.used(), 8u);
  }
  EXPECT_EQ(memory.used(), 8u);
}
#endif

}  // namespace
