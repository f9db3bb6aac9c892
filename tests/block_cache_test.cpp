#include "arena/block_cache.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "arena/memory_budget.hpp"
#include "arena/testing/checking_resource.hpp"

namespace {

using arena::block_cache;
using arena::testing::checking_resource;

constexpr std::size_t alignment = alignof(std::max_align_t);

TEST(BlockCache, HandsOutAgainWhatWasGivenBack) {
  checking_resource upstream;
  block_cache cache(&upstream, 1 << 20);
  void* const first = cache.allocate(5000, alignment);
  cache.deallocate(first, 5000, alignment);
  EXPECT_EQ(cache.allocate(4900, alignment), first) << "same class of sizes";
  EXPECT_EQ(upstream.allocations(), 1u);
  cache.deallocate(first, 4900, alignment);
}

TEST(BlockCache, GivesRoomForEverySizeAtAFifthOfSlackAtMost) {
  checking_resource upstream;
  block_cache cache(&upstream, 0);
  std::size_t held = 0;
  for (std::size_t bytes = 1; bytes <= (64u << 20) + 2; bytes += bytes / 7 + 1) {
    void* const p = cache.allocate(bytes, alignment);
    EXPECT_TRUE(upstream.holds(p, bytes));
    held = upstream.live_bytes();
    EXPECT_LE(held, std::max<std::size_t>(256, bytes + bytes / 4)) << bytes;
    cache.deallocate(p, bytes, alignment);
    EXPECT_EQ(upstream.live_bytes(), 0u) << "nothing is retained where nothing may be";
  }
}

TEST(BlockCache, RetainsNoMoreThanItMay) {
  checking_resource upstream;
  block_cache cache(&upstream, 4096);
  std::vector<void*> blocks;
  for (int i = 0; i < 5; ++i) blocks.push_back(cache.allocate(1024, alignment));
  for (void* p : blocks) cache.deallocate(p, 1024, alignment);
  EXPECT_EQ(cache.idle_bytes(), 4096u);
  EXPECT_EQ(upstream.live_bytes(), 4096u);
}

TEST(BlockCache, ForgetsABurstInAFewTrims) {
  checking_resource upstream;
  block_cache cache(&upstream, 64 << 20);
  std::vector<void*> blocks;
  for (int i = 0; i < 100; ++i) blocks.push_back(cache.allocate(65536, alignment));
  for (void* p : blocks) cache.deallocate(p, 65536, alignment);
  cache.trim();  // the burst itself was in this period
  std::vector<std::size_t> left;
  for (int i = 0; i < 8; ++i) {
    cache.trim();
    left.push_back(cache.idle_bytes() / 65536);
  }
  EXPECT_EQ(left, (std::vector<std::size_t>{50, 25, 12, 6, 3, 1, 0, 0}));
}

TEST(BlockCache, KeepsWhatIsInSteadyUse) {
  checking_resource upstream;
  block_cache cache(&upstream, 64 << 20);
  for (int i = 0; i < 20; ++i) {
    void* const a = cache.allocate(65536, alignment);
    void* const b = cache.allocate(65536, alignment);
    cache.deallocate(a, 65536, alignment);
    cache.deallocate(b, 65536, alignment);
    cache.trim();
  }
  EXPECT_EQ(upstream.allocations(), 2u);
}

TEST(BlockCache, FreesWhatIsIdleWhereUpstreamHasNothingMore) {
  checking_resource checked;
  arena::memory_budget budget(1 << 20, 1 << 20);
  arena::budgeted_resource upstream(budget, &checked);
  block_cache cache(&upstream, 8 << 20);
  void* const idle = cache.allocate(600 << 10, alignment);
  cache.deallocate(idle, 600 << 10, alignment);
  void* const other = cache.allocate(500 << 10, alignment);
  EXPECT_EQ(cache.idle_bytes(), 0u);
  EXPECT_THROW((void)cache.allocate(900 << 10, alignment), arena::memory_budget_exceeded);
  cache.deallocate(other, 500 << 10, alignment);
}

TEST(BlockCache, PassesOverAlignedRequestsThrough) {
  checking_resource upstream;
  block_cache cache(&upstream, 1 << 20);
  void* const p = cache.allocate(5000, 4096);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 4096, 0u);
  cache.deallocate(p, 5000, 4096);
  EXPECT_EQ(cache.idle_bytes(), 0u);
}

}  // namespace
