#include <cstring>
#include <memory_resource>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arena/arena_scope.hpp"
#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"

namespace {

using arena::bump_arena;
using arena::keep;
using arena::testing::checking_resource;

constexpr arena::arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

void use(bump_arena& memory, std::size_t bytes) {
  for (std::size_t left = bytes; left > 0; left -= 8) (void)memory.allocate(8, 8);
}

TEST(BumpArenaReset, NeedsNothingFromUpstreamInSteadyState) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  const auto request = [&] {
    for (int i = 0; i < 500; ++i) (void)memory.allocate(static_cast<std::size_t>(i % 200), 8);
    memory.reset();
  };
  request();
  const std::size_t warm = upstream.allocations();
  for (int i = 0; i < 1000; ++i) request();
  EXPECT_EQ(upstream.allocations(), warm);
}

TEST(BumpArenaReset, KeepsNoMoreThanItIsToldAtReset) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  for (int i = 0; i < 100; ++i) (void)memory.allocate(200, 8);
  memory.reset(keep::up_to(1024 + 2048));
  EXPECT_EQ(upstream.live_bytes(), 1024u + 2048u);
  memory.reset(keep::up_to(1024 + 2047));
  EXPECT_EQ(upstream.live_bytes(), 1024u);
  memory.reset(keep::none());
  EXPECT_EQ(upstream.live_bytes(), 0u);
  std::memset(memory.allocate(100, 8), 1, 100);
}

TEST(BumpArenaReset, KeepsTheFirstBlockOnly) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  use(memory, 20'000);
  (void)memory.allocate(100'000, 8);
  memory.reset(keep::first());
  EXPECT_EQ(upstream.live_bytes(), 1024u);
  memory.reset(keep::first(1024));
  EXPECT_EQ(upstream.live_bytes(), 1024u);
  memory.reset(keep::first(1023));
  EXPECT_EQ(upstream.live_bytes(), 0u);
}

TEST(BumpArenaReset, KeepsTheLargestBlockOnlyAndStartsInIt) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  use(memory, 20'000);
  memory.reset(keep::largest());
  EXPECT_EQ(upstream.live_bytes(), 8192u);
  EXPECT_EQ(upstream.live_blocks(), 1u);
  const std::size_t before = upstream.allocations();
  use(memory, 8192 - 16);
  EXPECT_EQ(upstream.allocations(), before);
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 8192u + 2048u) << "growth is the index's, as ever";
  bump_arena untouched(&upstream, small_blocks);
  untouched.reset(keep::largest());
  EXPECT_EQ(untouched.statistics().blocks, 0u);
}

TEST(BumpArenaReset, CoalescesItsBlocksIntoOneWhenItIsNextUsed) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  use(memory, 6000);
  ASSERT_EQ(upstream.live_blocks(), 3u);
  memory.reset(keep::coalesced(1 << 20));
  EXPECT_EQ(upstream.live_blocks(), 0u) << "lazily";
  const std::size_t before = upstream.allocations();
  for (int request = 0; request < 100; ++request) {
    use(memory, 6000);
    EXPECT_EQ(memory.statistics().blocks, 1u);
    memory.reset(keep::coalesced(1 << 20));
  }
  EXPECT_EQ(upstream.allocations(), before + 1);
  EXPECT_EQ(upstream.live_bytes(), 1024u + 2048u + 4096u);
}

TEST(BumpArenaReset, CoalescesNoMoreThanItIsTold) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  use(memory, 20'000);
  memory.reset(keep::coalesced(1024 + 2048));
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 1024u + 2048u);
  memory.reset(keep::coalesced(100));
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 1024u) << "nothing was kept: back to the first size";
}

TEST(BumpArenaReset, TakesTheFirstBlocksSizeFromItsOwner) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  memory.first_block_bytes(5000);
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 5000u);
  memory.reset(keep::none());
  memory.first_block_bytes(1'000'000);
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 8192u) << "the cap";
  memory.reset(keep::none());
  memory.first_block_bytes(0);
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), arena::min_block_bytes) << "the smallest";
  memory.reset(keep::none());
  use(memory, 8);
  EXPECT_EQ(upstream.live_bytes(), 1024u);
}

TEST(BumpArenaReset, StartsInTheCallersBufferAgain) {
  checking_resource upstream;
  alignas(8) std::byte buffer[256];
  bump_arena memory(buffer, &upstream, small_blocks);
  use(memory, 5000);
  memory.reset();
  EXPECT_EQ(memory.allocate(8, 8), buffer);
  use(memory, 248);
  const std::size_t before = upstream.allocations();
  use(memory, 1000);
  EXPECT_EQ(upstream.allocations(), before);
}

TEST(BumpArenaReset, CountsThePeakAnew) {
  bump_arena memory;
  use(memory, 800);
  memory.reset();
  use(memory, 80);
  EXPECT_EQ(memory.statistics().peak_bytes, 80u);
}

#if !defined(NDEBUG)
TEST(BumpArenaResetDeathTest, RefusesToResetInsideAScope) {
  bump_arena memory;
  EXPECT_DEATH(
      {
        const arena::arena_scope scope(memory);
        memory.reset();
      },
      "reset inside a scope");
}
#endif

}  // namespace
