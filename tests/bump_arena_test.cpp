#include "arena/bump_arena.hpp"

#include <cstring>
#include <limits>
#include <memory_resource>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/counting_resource.hpp"

namespace {

using arena::allocation_limit_exceeded;
using arena::arena_options;
using arena::bump_arena;

constexpr arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

void expect_balanced(const bump_arena& memory) {
  const auto s = memory.statistics();
  EXPECT_EQ(s.used_bytes + s.wasted_bytes + s.free_bytes, s.reserved_bytes);
  EXPECT_EQ(s.used_bytes, memory.used());
  EXPECT_GE(s.peak_bytes, s.used_bytes);
}

TEST(BumpArena, TakesNoMemoryBeforeTheFirstAllocation) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  EXPECT_EQ(upstream.allocations, 0u);
  EXPECT_EQ(memory.statistics().reserved_bytes, 0u);
}

TEST(BumpArena, GivesDistinctAddressesForZeroBytes) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  void* const a = memory.allocate(0, 1);
  void* const b = memory.allocate(0, 1);
  EXPECT_NE(a, nullptr);
  EXPECT_NE(a, b);
}

TEST(BumpArena, AlignsUpTo4096InEachStateOfABlock) {
  counting_resource upstream;
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (std::size_t before = 0; before <= 1024; before += 8) {
      bump_arena memory(&upstream, small_blocks);
      if (before > 0) std::memset(memory.allocate(before, 1), 1, before);
      for (const std::size_t bytes : {1u, 24u, 700u, 5000u}) {
        void* const p = memory.allocate(bytes, alignment);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % alignment, 0u);
        EXPECT_TRUE(upstream.holds(p, bytes));
        std::memset(p, 2, bytes);
        expect_balanced(memory);
      }
    }
  }
}

TEST(BumpArena, GrowsByTheBlocksIndexUpToTheCap) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  std::vector<std::size_t> sizes;
  for (std::size_t held = 0; sizes.size() < 6;) {
    (void)memory.allocate(200, 8);
    if (upstream.live_bytes() == held) continue;
    sizes.push_back(upstream.live_bytes() - held);
    held = upstream.live_bytes();
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1024, 2048, 4096, 8192, 8192, 8192}));
}

TEST(BumpArena, OneLargeRequestDoesNotRatchetTheGrowth) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(8, 8);
  (void)memory.allocate(100'000, 8);
  const std::size_t held = upstream.live_bytes();
  while (upstream.live_bytes() == held) (void)memory.allocate(200, 8);
  EXPECT_EQ(upstream.live_bytes() - held, 2048u);
}

TEST(BumpArena, GivesALargeRequestABlockOfItsOwnAndGoesOnInTheCurrentOne) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  auto* const first = static_cast<std::byte*>(memory.allocate(8, 8));
  (void)memory.allocate(5000, 8);
  EXPECT_EQ(memory.allocate(8, 8), first + 8);
  EXPECT_EQ(memory.statistics().blocks, 2u);
  memory.reset();
  EXPECT_EQ(memory.statistics().blocks, 1u);
  expect_balanced(memory);
}

TEST(BumpArena, NeedsNothingFromUpstreamInSteadyState) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  const auto request = [&] {
    for (int i = 0; i < 500; ++i) (void)memory.allocate(static_cast<std::size_t>(i % 200), 8);
    memory.reset();
  };
  request();
  const std::size_t warm = upstream.allocations;
  for (int i = 0; i < 1000; ++i) request();
  EXPECT_EQ(upstream.allocations, warm);
}

TEST(BumpArena, KeepsNoMoreThanItIsToldAtReset) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  for (int i = 0; i < 100; ++i) (void)memory.allocate(200, 8);
  memory.reset(1024 + 2048);
  EXPECT_EQ(upstream.live_bytes(), 1024u + 2048u);
  memory.reset(1024 + 2047);
  EXPECT_EQ(upstream.live_bytes(), 1024u);
  memory.reset(0);
  EXPECT_EQ(upstream.live_bytes(), 0u);
  std::memset(memory.allocate(100, 8), 1, 100);
  expect_balanced(memory);
}

TEST(BumpArena, HoldsItsLimitToTheByte) {
  for (const std::size_t bytes : {64u, 1008u, 1016u, 5000u, 65536u}) {
    counting_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    memory.limit(bytes);
    EXPECT_NO_THROW((void)memory.allocate(bytes, 8));
    EXPECT_EQ(memory.used(), bytes);
    EXPECT_THROW((void)memory.allocate(1, 1), allocation_limit_exceeded);
    memory.reset();
    EXPECT_THROW((void)memory.allocate(bytes + 1, 8), allocation_limit_exceeded);
    memory.limit(bytes - 1);
    EXPECT_THROW((void)memory.allocate(bytes, 8), allocation_limit_exceeded);
    EXPECT_EQ(memory.used(), 0u);
  }
}

TEST(BumpArena, HoldsItsLimitAcrossManySmallAllocations) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  memory.limit(10'000);
  std::size_t taken = 0;
  EXPECT_THROW(
      for (;;) {
        (void)memory.allocate(24, 8);
        taken += 24;
      },
      allocation_limit_exceeded);
  EXPECT_EQ(taken, 10'000u / 24 * 24);
  EXPECT_EQ(memory.used(), taken);
  memory.limit(10'024);
  EXPECT_NO_THROW((void)memory.allocate(24, 8));
  memory.limit(1);  // below what is in use
  EXPECT_THROW((void)memory.allocate(1, 1), allocation_limit_exceeded);
}

TEST(BumpArena, HoldsItsLimitForOverAlignedRequests) {
  for (const std::size_t alignment : {16u, 64u, 512u}) {
    counting_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    memory.limit(1024);
    const std::size_t padding = alignment - 16;
    EXPECT_NO_THROW((void)memory.allocate(1024 - padding, alignment));
    EXPECT_LE(memory.used(), 1024u);
    EXPECT_THROW((void)memory.allocate(1024, alignment), allocation_limit_exceeded);
  }
}

TEST(BumpArena, SaysWhatWasAskedUsedAndAllowed) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  memory.limit(100);
  (void)memory.allocate(40, 8);
  try {
    (void)memory.allocate(70, 8);
    FAIL() << "over the limit";
  } catch (const allocation_limit_exceeded& exceeded) {
    EXPECT_EQ(exceeded.asked_bytes, 70u);
    EXPECT_EQ(exceeded.used_bytes, 40u);
    EXPECT_EQ(exceeded.limit_bytes, 100u);
  }
}

TEST(BumpArena, RefusesSizesNearTheMaximum) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(8, 8);
  constexpr auto max = std::numeric_limits<std::size_t>::max();
  for (std::size_t below = 0; below < 64; ++below)
    EXPECT_THROW((void)memory.allocate(max - below, 8), std::bad_alloc);
  EXPECT_THROW((void)memory.allocate(max / 2, 4096), std::bad_alloc);
  EXPECT_EQ(memory.used(), 8u);
}

TEST(BumpArena, IsUnchangedAndUsableAfterUpstreamFailsAtAnyCall) {
  for (std::size_t allowed = 0; allowed < 8; ++allowed) {
    counting_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    upstream.allowed = allowed;
    arena::arena_statistics before{};
    try {
      for (int i = 0;; ++i) {
        before = memory.statistics();
        std::memset(memory.allocate(i % 7 == 0 ? 3000 : 200, 8), 1, 200);
      }
    } catch (const std::bad_alloc&) {
      const auto after = memory.statistics();
      EXPECT_EQ(after.used_bytes, before.used_bytes);
      EXPECT_EQ(after.reserved_bytes, before.reserved_bytes);
      EXPECT_EQ(after.blocks, before.blocks);
    }
    upstream.allowed = std::numeric_limits<std::size_t>::max();
    std::memset(memory.allocate(200, 8), 2, 200);
    expect_balanced(memory);
  }
}

TEST(BumpArena, ExpandsTheLatestAllocationInPlace) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  auto* const p = static_cast<char*>(memory.allocate(10, 1));
  std::memcpy(p, "0123456789", 10);
  EXPECT_TRUE(memory.try_expand(p, 10, 900));
  std::memset(p + 10, 'x', 890);
  EXPECT_EQ(std::memcmp(p, "0123456789", 10), 0);
  EXPECT_EQ(memory.used(), 904u);
  EXPECT_TRUE(memory.try_expand(p, 900, 20));
  EXPECT_EQ(memory.used(), 24u);
  EXPECT_FALSE(memory.try_expand(p, 20, 2000)) << "more than the block has";
  (void)memory.allocate(8, 8);
  EXPECT_FALSE(memory.try_expand(p, 20, 30)) << "no longer the latest";
  EXPECT_FALSE(memory.try_expand(nullptr, 0, 30));
  expect_balanced(memory);
}

TEST(BumpArena, ExpandsNoFurtherThanItsLimit) {
  counting_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  memory.limit(104);
  void* const p = memory.allocate(8, 8);
  EXPECT_FALSE(memory.try_expand(p, 8, 105));
  EXPECT_TRUE(memory.try_expand(p, 8, 104));
  EXPECT_EQ(memory.used(), 104u);
}

TEST(BumpArena, ServesPmrContainers) {
  counting_resource upstream;
  bump_arena memory(&upstream);
  std::pmr::vector<int> numbers(&memory);
  for (int i = 0; i < 10'000; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers[9'999], 9'999);
}

struct range {
  unsigned char* at;
  std::size_t bytes;
  unsigned char fill;
};

void expect_intact(const std::vector<range>& live) {
  for (const range& each : live) {
    for (std::size_t i = 0; i < each.bytes; ++i) ASSERT_EQ(each.at[i], each.fill);
  }
}

// Random programs: live ranges stay disjoint, inside a block, aligned, and keep their content.
TEST(BumpArena, KeepsEveryAllocationIntactUnderRandomUse) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::mt19937 random(seed);
    counting_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    memory.limit(1 << 20);
    std::vector<range> live;
    for (int step = 0; step < 500; ++step) {
      const auto choice = random() % 100;
      if (choice < 2) {
        expect_intact(live);
        memory.reset(random() % 2 == 0 ? random() % 16384 : std::size_t(-1));
        live.clear();
      } else if (choice < 20 && !live.empty()) {
        range& last = live.back();
        const std::size_t bytes = random() % 2000 + 1;
        if (memory.try_expand(last.at, last.bytes, bytes)) {
          last.bytes = bytes;
          std::memset(last.at, last.fill, bytes);
        }
      } else {
        const std::size_t bytes = choice < 90 ? random() % 300 + 1 : random() % 20'000 + 1;
        const std::size_t alignment = std::size_t{1} << random() % 9;
        try {
          auto* const at = static_cast<unsigned char*>(memory.allocate(bytes, alignment));
          ASSERT_EQ(reinterpret_cast<std::uintptr_t>(at) % alignment, 0u);
          ASSERT_TRUE(upstream.holds(at, bytes));
          live.push_back({at, bytes, static_cast<unsigned char>(random())});
          std::memset(at, live.back().fill, bytes);
        } catch (const allocation_limit_exceeded&) {
          ASSERT_LE(memory.used(), 1u << 20);
        }
      }
      expect_balanced(memory);
    }
    expect_intact(live);
  }
}

#if defined(ARENA_POISONS)
TEST(BumpArena, PoisonsWhatIsNotAllocated) {
  bump_arena memory;
  auto* const p = static_cast<char*>(memory.allocate(10, 1));
  EXPECT_FALSE(__asan_address_is_poisoned(p + 9));
  EXPECT_TRUE(__asan_address_is_poisoned(p + 10));
  memory.reset();
  EXPECT_TRUE(__asan_address_is_poisoned(p));
}

TEST(BumpArenaDeathTest, UseAfterResetIsSeen) {
  bump_arena memory;
  auto* const p = static_cast<volatile char*>(memory.allocate(10, 1));
  memory.reset();
  EXPECT_DEATH(p[0] = 1, "use-after-poison");
}
#endif

}  // namespace
