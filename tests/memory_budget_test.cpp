#include "arena/memory_budget.hpp"

#include <atomic>
#include <cstring>
#include <limits>
#include <memory_resource>
#include <random>
#include <thread>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::budgeted_resource;
using arena::bump_arena;
using arena::memory_budget;
using arena::memory_budget_exceeded;
using arena::testing::checking_resource;
using arena::testing::failing_resource;

static_assert(!std::is_copy_constructible_v<memory_budget>);
static_assert(!std::is_copy_constructible_v<budgeted_resource>);

constexpr std::size_t size_max = std::numeric_limits<std::size_t>::max();
constexpr std::size_t thread_count = 4;

void report(std::string_view violation) {
  ADD_FAILURE() << violation;
}

TEST(MemoryBudget, GrantsExactlyItsHardMarkAndNotOneByteMore) {
  memory_budget budget(50, 100);
  EXPECT_TRUE(budget.try_charge(60));
  EXPECT_FALSE(budget.try_charge(41));
  EXPECT_EQ(budget.used(), 60u);
  EXPECT_TRUE(budget.try_charge(40));
  EXPECT_FALSE(budget.try_charge(1));
  EXPECT_TRUE(budget.try_charge(0)) << "nothing always fits within the mark";
  EXPECT_EQ(budget.used(), 100u);
  EXPECT_EQ(budget.refusals(), 2u);
}

TEST(MemoryBudget, IsOverTheSoftMarkFromOneByteAboveIt) {
  memory_budget budget(50, 100);
  EXPECT_TRUE(budget.try_charge(50));
  EXPECT_FALSE(budget.over_soft());
  EXPECT_TRUE(budget.try_charge(1));
  EXPECT_TRUE(budget.over_soft());
  budget.release(1);
  EXPECT_FALSE(budget.over_soft());
}

TEST(MemoryBudget, NeverWrapsNearTheLargestSize) {
  for (const std::size_t hard : {std::size_t{100}, size_max - 1, size_max}) {
    memory_budget budget(0, hard);
    EXPECT_TRUE(budget.try_charge(100));
    EXPECT_FALSE(budget.try_charge(size_max));
    EXPECT_FALSE(budget.try_charge(size_max - 99)) << "with 100 that wraps to 0";
    EXPECT_FALSE(budget.try_charge(hard - 99));
    EXPECT_EQ(budget.used(), 100u);
    EXPECT_TRUE(budget.try_charge(hard - 100));
    EXPECT_EQ(budget.used(), hard);
    EXPECT_FALSE(budget.try_charge(1));
  }
}

TEST(MemoryBudget, GrantsNothingWhereNothingMayBeUsed) {
  memory_budget budget(0, 0);
  EXPECT_FALSE(budget.try_charge(1));
  EXPECT_FALSE(budget.try_charge(size_max));
  EXPECT_FALSE(budget.over_soft());
}

TEST(MemoryBudget, RemembersItsPeak) {
  memory_budget budget(100, 100);
  EXPECT_TRUE(budget.try_charge(70));
  budget.release(50);
  EXPECT_TRUE(budget.try_charge(30));
  EXPECT_FALSE(budget.try_charge(60)) << "a refusal is no peak";
  EXPECT_EQ(budget.peak(), 70u);
}

TEST(MemoryBudget, FollowsItsMarksAtRunTime) {
  memory_budget budget(80, 100);
  EXPECT_TRUE(budget.try_charge(70));
  budget.marks(20, 50);
  EXPECT_EQ(budget.soft(), 20u);
  EXPECT_EQ(budget.hard(), 50u);
  EXPECT_TRUE(budget.over_soft());
  EXPECT_EQ(budget.used(), 70u) << "what was granted stays so";
  EXPECT_FALSE(budget.try_charge(1));
  budget.release(21);
  EXPECT_TRUE(budget.try_charge(1));
  EXPECT_FALSE(budget.try_charge(1));
}

TEST(MemoryBudget, HoldsForThreadsThatChargeAtRandom) {
  constexpr std::size_t hard = 10'000;
  memory_budget budget(hard / 2, hard);
  std::atomic<std::size_t> held = 0;  // kept apart: counts only what was surely granted
  std::atomic<std::uint64_t> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned seed = 0; seed < thread_count; ++seed) {
      threads.emplace_back([&, seed] {
        std::mt19937 random(seed);
        std::vector<std::size_t> mine;
        for (int i = 0; i < 50'000; ++i) {
          const std::size_t bytes = random() % 4000;
          if (mine.size() < 3 && budget.try_charge(bytes)) {
            ASSERT_LE(held.fetch_add(bytes) + bytes, hard);
            mine.push_back(bytes);
          } else if (!mine.empty()) {
            held.fetch_sub(mine.back());
            budget.release(mine.back());
            mine.pop_back();
          }
          ASSERT_LE(budget.used(), hard);
          if (!budget.try_charge(hard + 1)) refused.fetch_add(1);
        }
        for (const std::size_t bytes : mine) {
          held.fetch_sub(bytes);
          budget.release(bytes);
        }
      });
    }
  }
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_EQ(refused.load(), thread_count * 50'000u);
  EXPECT_GE(budget.refusals(), refused.load());
  EXPECT_LE(budget.peak(), hard);
  EXPECT_GT(budget.peak(), hard / 2) << "the threads must have come near it";
}

#if !defined(NDEBUG)
TEST(MemoryBudgetDeathTest, ReleasingMoreThanWasChargedIsTheProgrammersError) {
  memory_budget budget(100, 100);
  EXPECT_TRUE(budget.try_charge(10));
  EXPECT_DEATH(budget.release(11), "more is released than was charged");
}

TEST(MemoryBudgetDeathTest, ASoftMarkAboveTheHardOneIsTheProgrammersError) {
  EXPECT_DEATH(memory_budget(101, 100), "soft_bytes <= hard_bytes");
  memory_budget budget(100, 100);
  EXPECT_DEATH(budget.marks(101, 100), "soft_bytes <= hard_bytes");
}
#endif

TEST(BudgetedResource, ChargesWhatIsLive) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  memory_budget budget(100, 100);
  budgeted_resource memory(budget, &upstream);
  void* const a = memory.allocate(60, 8);
  void* const b = memory.allocate(40, 32);
  EXPECT_EQ(budget.used(), 100u);
  memory.deallocate(a, 60, 8);
  EXPECT_EQ(budget.used(), 40u);
  memory.deallocate(b, 40, 32);
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BudgetedResource, SaysWhatItRefusedAndAsksUpstreamForNothing) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  memory_budget budget(100, 100);
  budgeted_resource memory(budget, &upstream);
  void* const held = memory.allocate(60, 8);
  try {
    static_cast<void>(memory.allocate(41, 8));
    FAIL() << "41 bytes are one too many";
  } catch (const memory_budget_exceeded& refused) {
    EXPECT_EQ(refused.asked_bytes, 41u);
    EXPECT_EQ(refused.used_bytes, 60u);
    EXPECT_EQ(refused.hard_bytes, 100u);
  }
  EXPECT_EQ(upstream.allocations(), 1u);
  EXPECT_EQ(budget.used(), 60u);
  EXPECT_EQ(budget.refusals(), 1u);
  memory.deallocate(held, 60, 8);
}

TEST(BudgetedResource, GivesTheChargeBackIfUpstreamFails) {
  failing_resource upstream(2);
  memory_budget budget(1000, 1000);
  budgeted_resource memory(budget, &upstream);
  void* const first = memory.allocate(100, 8);
  EXPECT_THROW(static_cast<void>(memory.allocate(500, 8)), std::bad_alloc);
  EXPECT_EQ(budget.used(), 100u);
  EXPECT_EQ(budget.refusals(), 0u) << "it was not the budget's doing";
  void* const second = memory.allocate(900, 8);
  memory.deallocate(second, 900, 8);
  memory.deallocate(first, 100, 8);
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BudgetedResource, BoundsArenasThatShareIt) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  memory_budget budget(4096, 4096);
  budgeted_resource memory(budget, &upstream);
  {
    bump_arena one(&memory, {.first_block_bytes = 1024, .max_block_bytes = 1024});
    bump_arena other(&memory, {.first_block_bytes = 1024, .max_block_bytes = 1024});
    std::size_t granted = 0;
    try {
      for (;; ++granted) {
        std::memset((granted % 2 == 0 ? one : other).allocate(100, 8), 1, 100);
        ASSERT_EQ(budget.used(), upstream.live_bytes());
      }
    } catch (const memory_budget_exceeded& refused) {
      EXPECT_EQ(refused.asked_bytes, 1024u);
    }
    EXPECT_EQ(budget.used(), 4096u);
    EXPECT_GE(granted, 32u) << "four blocks hold eight such pieces each at least";
    one.reset();
    EXPECT_NO_THROW(static_cast<void>(one.allocate(100, 8))) << "the arena works on";
  }
  EXPECT_EQ(budget.used(), 0u);
}

TEST(BudgetedResource, BoundsArenasOfSeveralThreads) {
  constexpr std::size_t hard = 64 << 10;
  memory_budget budget(hard, hard);
  budgeted_resource memory(budget);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < thread_count; ++i) {
      threads.emplace_back([&] {
        for (int request = 0; request < 200; ++request) {
          bump_arena mine(&memory, {.first_block_bytes = 1024, .max_block_bytes = 8192});
          try {
            for (int piece = 0; piece < 200; ++piece) std::memset(mine.allocate(300, 8), 1, 300);
          } catch (const memory_budget_exceeded&) {
          }
          ASSERT_LE(budget.used(), hard);
        }
      });
    }
  }
  EXPECT_EQ(budget.used(), 0u);
  EXPECT_LE(budget.peak(), hard);
}

}  // namespace
