#include "arena/arena_pool.hpp"

#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/counting_resource.hpp"

namespace {

using arena::arena_lease;
using arena::arena_pool;

static_assert(!std::is_copy_constructible_v<arena_lease>);
static_assert(!std::is_copy_assignable_v<arena_lease>);
static_assert(std::is_nothrow_move_constructible_v<arena_lease>);

void fill(arena_lease& lease, std::size_t bytes) {
  std::memset(lease->allocate(bytes, 8), 1, bytes);
}

TEST(ArenaPool, TakesNoMemoryBeforeTheFirstLease) {
  counting_resource upstream;
  arena_pool pool({}, &upstream);
  EXPECT_EQ(upstream.allocations, 0u);
}

TEST(ArenaPool, GivesEmptyArenasAtTheirConfiguredLimit) {
  counting_resource upstream;
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
  counting_resource upstream;
  arena_pool pool({}, &upstream);
  const auto request = [&] {
    arena_lease lease = pool.lease();
    for (int i = 0; i < 300; ++i) fill(lease, 4000);
    fill(lease, 300'000);
  };
  for (int i = 0; i < 40; ++i) request();  // the quarantine of sanitizer builds fills as well
  const std::size_t warm = upstream.allocations;
  for (int i = 0; i < 1000; ++i) request();
  EXPECT_EQ(upstream.allocations, warm);
}

TEST(ArenaPool, OneHugeRequestDoesNotPinMemory) {
  counting_resource upstream;
  arena_pool pool({}, &upstream);
  {
    arena_lease lease = pool.lease();
    for (int i = 0; i < 4; ++i) fill(lease, 4 << 20);
  }
  EXPECT_GE(upstream.live_bytes(), 16u << 20);
  for (int second = 0; second < 8; ++second) {
    for (int i = 0; i < 100; ++i) {
      arena_lease lease = pool.lease();
      fill(lease, 16 << 10);
    }
    pool.trim();
  }
  EXPECT_LT(upstream.live_bytes(), 1u << 20);
}

TEST(ArenaPool, StaysWarmBetweenRareRequests) {
  counting_resource upstream;
  arena_pool pool({}, &upstream);
  for (int request = 0; request < 50; ++request) {
    arena_lease lease = pool.lease();
    fill(lease, 1000);
    lease.release();
    for (int second = 0; second < 10; ++second) pool.trim();
  }
  EXPECT_EQ(upstream.allocations, 1 + arena_pool::quarantine_arenas);
}

TEST(ArenaPool, ForgetsArenasThatABurstNeeded) {
  counting_resource upstream;
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
#endif

}  // namespace
