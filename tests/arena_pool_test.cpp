#include "arena/arena_pool.hpp"

#include <cstring>
#include <memory_resource>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::arena_lease;
using arena::arena_pool;
using arena::testing::checking_resource;

static_assert(!std::is_copy_constructible_v<arena_lease>);
static_assert(!std::is_copy_assignable_v<arena_lease>);
static_assert(std::is_nothrow_move_constructible_v<arena_lease>);

void fill(arena_lease& lease, std::size_t bytes) {
  std::memset(lease->allocate(bytes, 8), 1, bytes);
}

TEST(ArenaPool, TakesNoMemoryBeforeTheFirstLease) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  EXPECT_EQ(upstream.allocations(), 0u);
}

TEST(ArenaPool, GivesEmptyArenasAtTheirConfiguredLimit) {
  checking_resource upstream;
  arena_pool pool({.arena = {.limit_bytes = 1000}}, &upstream);
  for (int i = 0; i < 100; ++i) {
    arena_lease lease = pool.lease();
    EXPECT_EQ(lease->used(), 0u);
    EXPECT_EQ(lease->limit(), 1000u);
    lease->limit(5000);
    fill(lease, 2000);
  }
}

TEST(ArenaPool, CountsWhatIsLeased) {
  arena_pool pool;
  {
    arena_lease first = pool.lease();
    arena_lease second = pool.lease();
    EXPECT_EQ(pool.statistics().leased, 2u);
    second = std::move(first);
    EXPECT_EQ(pool.statistics().leased, 1u);
    EXPECT_FALSE(first);
  }
  EXPECT_EQ(pool.statistics().leased, 0u);
}

TEST(ArenaPool, NeedsNothingFromUpstreamOnceWarm) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  const auto request = [&] {
    arena_lease lease = pool.lease();
    for (int i = 0; i < 300; ++i) fill(lease, 4000);
    fill(lease, 300'000);
  };
  for (int i = 0; i < 40; ++i) request();  // the quarantine of sanitizer builds fills as well
  const std::size_t warm = upstream.allocations();
  for (int i = 0; i < 1000; ++i) request();
  EXPECT_EQ(upstream.allocations(), warm);
}

TEST(ArenaPool, OneHugeRequestNeitherPinsMemoryNorSetsTheSizeForTheRest) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  {
    arena_lease lease = pool.lease();
    fill(lease, 16 << 20);
  }
  EXPECT_GE(upstream.live_bytes(), 16u << 20);
  const auto before = pool.statistics();
  constexpr int trimming_period = 8;
  for (int second = 0; second < trimming_period; ++second) {
    for (int i = 0; i < 1250; ++i) {
      arena_lease lease = pool.lease();
      for (int piece = 0; piece < 16; ++piece) fill(lease, 1 << 10);
    }
    pool.trim();
  }
  const auto after = pool.statistics();
  EXPECT_EQ(after.leases - before.leases, 10'000u);
  EXPECT_GT(after.one_block_leases - before.one_block_leases, 9'900u);
  if (!arena::poisoning) {  // where the quarantine holds arenas on purpose
    EXPECT_LT(upstream.live_bytes(), 1u << 20);
  }
}

TEST(ArenaPool, StartsEachKindOfRequestAtTheSizeThatItNeeds) {
  checking_resource upstream;
  arena_pool pool({.keys = 2}, &upstream);
  for (int i = 0; i < 100; ++i) {
    arena_lease small = pool.lease(0);
    fill(small, 1000);
    arena_lease large = pool.lease(1);
    for (int piece = 0; piece < 100; ++piece) fill(large, 1000);
  }
  arena_lease small = pool.lease(0);
  fill(small, 8);
  EXPECT_EQ(small->statistics().reserved_bytes, (16u << 10) - 16);
  arena_lease large = pool.lease(1);
  fill(large, 8);
  EXPECT_GE(large->statistics().free_bytes, 99'992u);
  EXPECT_EQ(large->statistics().blocks, 1u);
}

TEST(ArenaPool, ForgetsTheSizeThatALeaseWasGivenAndDidNotUse) {
  checking_resource upstream;
  arena_pool pool({.keys = 2}, &upstream);
  for (int i = 0; i < 3; ++i) {
    arena_lease large = pool.lease(1);
    fill(large, 100'000);
  }
  pool.lease(1).release();
  arena_lease small = pool.lease(0);
  fill(small, 8);
  EXPECT_EQ(small->statistics().reserved_bytes, (16u << 10) - sizeof(arena::block));
}

TEST(ArenaPool, CountsTheLeasesThatOneBlockWasEnoughFor) {
  arena_pool pool;
  for (int i = 0; i < 3; ++i) {
    arena_lease one = pool.lease();
    fill(one, 1000);
  }
  EXPECT_EQ(pool.statistics().one_block_leases, 3u);
  {
    arena_lease several = pool.lease();
    fill(several, 8);
    for (int i = 0; i < 3; ++i) {
      void* const p = several->allocate(1 << 20, 8);
      several->deallocate(p, 1 << 20);
    }
  }
  EXPECT_EQ(pool.statistics().one_block_leases, 3u) << "though it holds one at its end";
}

TEST(ArenaPool, KeepsAnArenaWarmWhateverItsBlockSizesAre) {
  checking_resource upstream;
  arena_pool pool({.arena = {.first_block_bytes = 100, .max_block_bytes = 50}}, &upstream);
  for (int i = 0; i < 100; ++i) {
    arena_lease lease = pool.lease();
    fill(lease, 8);
  }
  EXPECT_EQ(upstream.allocations(), 1 + arena_pool::quarantine_arenas);
}

TEST(ArenaPool, SurvivesUpstreamsFailureAtAnyCall) {
  for (std::size_t nth = 1; nth <= 12; ++nth) {
    checking_resource checked;
    arena::testing::failing_resource upstream(nth, arena::testing::failing_resource::mode::once,
                                              &checked);
    arena_pool pool({}, &upstream);
    std::size_t refused = 0;
    for (int request = 0; request < 20; ++request) {
      arena_lease lease = pool.lease();
      try {
        for (int i = 0; i < 4; ++i) fill(lease, 20'000);
        fill(lease, 300'000);
      } catch (const std::bad_alloc&) {
        ++refused;
      }
    }
    EXPECT_LE(refused, upstream.failures()) << "fewer, where idle blocks could be given up for it";
    EXPECT_EQ(pool.statistics().leased, 0u);
  }
}

TEST(ArenaPool, TakesArenasBackFromOtherThreadsAndEndsTheirContentsOnItsOwn) {
  checking_resource upstream;
  const auto here = std::this_thread::get_id();
  int cleaned_here = 0;
  arena_pool pool({}, &upstream);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> others;
    for (int i = 0; i < 4; ++i) {
      arena_lease lease = pool.lease();
      auto& words =
          lease->create<std::pmr::vector<int>>(25'000, i);  // large: its end frees a block
      lease->on_release([&]() noexcept {
        if (std::this_thread::get_id() == here) ++cleaned_here;
      });
      others.emplace_back([moved = std::move(lease), &words]() mutable {
        EXPECT_EQ(words.size(), 25'000u);
        moved.release();
      });
    }
    arena_lease mine = pool.lease();  // while they come back
    fill(mine, 8);
    for (std::thread& other : others) other.join();
  }
  pool.trim();
  EXPECT_EQ(cleaned_here, 200);
  EXPECT_EQ(pool.statistics().leased, 0u);
  EXPECT_EQ(pool.statistics().leases, 250u);
}

TEST(ArenaPool, TakesArenasBackFromOtherThreadsAtItsEnd) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  arena_lease lease = pool.lease();
  fill(lease, 100);
  std::thread([moved = std::move(lease)] {}).join();
  EXPECT_EQ(pool.statistics().leased, 1u) << "not seen yet";
}

TEST(ArenaPool, StaysWarmBetweenRareRequests) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  for (int request = 0; request < 50; ++request) {
    arena_lease lease = pool.lease();
    fill(lease, 1000);
    lease.release();
    for (int second = 0; second < 10; ++second) pool.trim();
  }
  EXPECT_EQ(upstream.allocations(), 1 + arena_pool::quarantine_arenas);
}

TEST(ArenaPool, ForgetsArenasThatABurstNeeded) {
  checking_resource upstream;
  arena_pool pool({}, &upstream);
  {
    std::vector<arena_lease> burst;
    for (int i = 0; i < 1000; ++i) {
      burst.push_back(pool.lease());
      fill(burst.back(), 8);
    }
  }
  for (int second = 0; second < 30; ++second) pool.trim();
  EXPECT_EQ(pool.statistics().idle, 1u);
}

#if defined(ARENA_POISONS)
TEST(ArenaPoolDeathTest, UseAfterReleaseIsSeenThoughOthersWereServedSince) {
  arena_pool pool;
  volatile char* stale = nullptr;
  {
    arena_lease lease = pool.lease();
    stale = static_cast<volatile char*>(lease->allocate(10, 1));
  }
  for (int i = 0; i < 10; ++i) {
    arena_lease lease = pool.lease();
    fill(lease, 10);
  }
  EXPECT_DEATH(stale[0] = 1, "use-after-poison");
}

TEST(ArenaPoolDeathTest, UseAfterReleaseOfALargeBlockIsSeenToo) {
  arena_pool pool;
  volatile char* stale = nullptr;
  {
    arena_lease lease = pool.lease();
    stale = static_cast<volatile char*>(lease->allocate(100'000, 1));
  }
  arena_lease lease = pool.lease();
  fill(lease, 100'000);
  EXPECT_DEATH(stale[0] = 1, "use-after-poison");
}
#endif

}  // namespace
