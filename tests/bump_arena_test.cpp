#include "arena/bump_arena.hpp"

#include <cstring>
#include <limits>
#include <memory_resource>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::allocation_limit_exceeded;
using arena::arena_options;
using arena::bump_arena;
using arena::testing::checking_resource;
using arena::testing::failing_resource;

constexpr arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

// The sums, held against what upstream gave.
void expect_balanced(const bump_arena& memory, const checking_resource& upstream,
                     std::size_t callers_bytes = 0) {
  const auto s = memory.statistics();
  EXPECT_EQ(s.blocks, upstream.live_blocks());
  EXPECT_EQ(s.reserved_bytes,
            upstream.live_bytes() - s.blocks * sizeof(arena::block) + callers_bytes);
  EXPECT_LE(s.used_bytes, s.reserved_bytes);
  EXPECT_LE(s.wasted_bytes, s.reserved_bytes - s.used_bytes);
  EXPECT_EQ(s.used_bytes, memory.used());
}

void expect_equal(const arena::arena_statistics& a, const arena::arena_statistics& b) {
  EXPECT_EQ(a.used_bytes, b.used_bytes);
  EXPECT_EQ(a.wasted_bytes, b.wasted_bytes);
  EXPECT_EQ(a.free_bytes, b.free_bytes);
  EXPECT_EQ(a.reserved_bytes, b.reserved_bytes);
  EXPECT_EQ(a.peak_bytes, b.peak_bytes);
  EXPECT_EQ(a.blocks, b.blocks);
  EXPECT_EQ(a.upstream_allocations, b.upstream_allocations);
}

TEST(BumpArena, TakesNoMemoryBeforeTheFirstAllocation) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  EXPECT_EQ(upstream.allocations(), 0u);
  EXPECT_EQ(memory.statistics().reserved_bytes, 0u);
}

TEST(BumpArena, GivesDistinctAddressesForZeroBytes) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  void* const a = memory.allocate(0, 1);
  void* const b = memory.allocate(0, 1);
  EXPECT_NE(a, nullptr);
  EXPECT_NE(a, b);
}

TEST(BumpArena, AlignsUpTo4096InEachStateOfABlock) {
  checking_resource upstream;
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (std::size_t before = 0; before <= 1024; before += 8) {
      bump_arena memory(&upstream, small_blocks);
      if (before > 0) std::memset(memory.allocate(before, 1), 1, before);
      for (const std::size_t bytes : {1u, 24u, 700u, 5000u}) {
        void* const p = memory.allocate(bytes, alignment);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % alignment, 0u);
        EXPECT_TRUE(upstream.holds(p, bytes));
        std::memset(p, 2, bytes);
        expect_balanced(memory, upstream);
      }
    }
  }
}

TEST(BumpArena, GrowsByTheBlocksIndexUpToTheCap) {
  checking_resource upstream;
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
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(8, 8);
  (void)memory.allocate(100'000, 8);
  const std::size_t held = upstream.live_bytes();
  while (upstream.live_bytes() == held) (void)memory.allocate(200, 8);
  EXPECT_EQ(upstream.live_bytes() - held, 2048u);
}

TEST(BumpArena, LeavesNoMoreThanAQuarterOfABlockBehindOrGetsALargerOne) {
  struct expectation {
    std::size_t used;
    std::size_t asked;
    std::size_t fetched_bytes;
  };
  for (const auto& [used, asked, fetched_bytes] :
       {expectation{752, 1000, 2048},        // a quarter of the block is left behind
        expectation{744, 1000, 2048},        // more, but no more than a quarter of the next
        expectation{8, 1200, 4096},          // more than that: a larger one
        expectation{8, 2048, 4096},          // a quarter of the largest block
        expectation{8, 2056, 2056 + 16}}) {  // more: a block of its own
    checking_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    (void)memory.allocate(used, 8);
    (void)memory.allocate(asked, 8);
    EXPECT_EQ(upstream.live_bytes(), 1024 + fetched_bytes) << used << ", then " << asked;
    memory.reset();
    EXPECT_EQ(upstream.live_blocks(), asked > 2048 ? 1u : 2u);
  }
}

TEST(BumpArena, TakesTheFirstKeptBlockThatIsLargeEnough) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  for (int i = 0; i < 100; ++i) (void)memory.allocate(100, 8);
  for (int cycle = 0; cycle < 10; ++cycle) {
    memory.reset();
    const std::size_t before = upstream.allocations();
    (void)memory.allocate(8, 8);
    (void)memory.allocate(2048, 8);  // not in the second block, but in the third
    (void)memory.allocate(2000, 8);
    EXPECT_EQ(upstream.allocations(), before);
    expect_balanced(memory, upstream);
  }
}

TEST(BumpArena, NeedsNothingFromUpstreamForRequestsThatAreLargeBesideItsFirstBlock) {
  checking_resource upstream;
  bump_arena memory(&upstream);
  for (const std::size_t bytes : {5000u, 6000u, 9000u, 12'000u, 20'000u, 60'000u, 128u << 10}) {
    std::size_t warm = 0;
    for (int cycle = 0; cycle < 3; ++cycle) {
      warm = upstream.allocations();
      for (int i = 0; i < 100; ++i) (void)memory.allocate(bytes, 8);
      memory.reset();
    }
    EXPECT_EQ(upstream.allocations(), warm) << bytes;
  }
}

TEST(BumpArena, GivesALargeRequestABlockOfItsOwnAndGoesOnInTheCurrentOne) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  auto* const first = static_cast<std::byte*>(memory.allocate(8, 8));
  (void)memory.allocate(5000, 8);
  EXPECT_EQ(memory.allocate(8, 8), first + 8);
  EXPECT_EQ(memory.statistics().blocks, 2u);
  memory.reset();
  EXPECT_EQ(memory.statistics().blocks, 1u);
  expect_balanced(memory, upstream);
}

TEST(BumpArena, HoldsItsLimitToTheByte) {
  for (const std::size_t bytes : {64u, 1008u, 1016u, 5000u, 65536u}) {
    checking_resource upstream;
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
  checking_resource upstream;
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

TEST(BumpArena, HoldsItsLimitExactlyForOverAlignedRequestsWhereverBlocksLie) {
  for (const std::size_t alignment : {16u, 64u, 512u, 4096u}) {
    for (const std::size_t bytes : {8u, 512u, 1024u, 8192u}) {
      checking_resource upstream;
      bump_arena memory(&upstream, small_blocks);
      memory.limit(bytes);
      EXPECT_EQ(memory.try_allocate(bytes + 1, alignment), nullptr);
      EXPECT_NE(memory.try_allocate(bytes, alignment), nullptr);
      EXPECT_EQ(memory.used(), bytes);
      expect_balanced(memory, upstream);
    }
  }
}

TEST(BumpArena, HoldsALimitThatWasSetBelowWhatIsInUse) {
  bump_arena memory;
  (void)memory.allocate(1000, 8);
  void* const p = memory.allocate(104, 8);
  memory.limit(500);
  EXPECT_TRUE(memory.try_expand(p, 104, 64));
  EXPECT_EQ(memory.try_allocate(8, 8), nullptr);
  memory.deallocate(p, 64);
  EXPECT_EQ(memory.try_allocate(8, 8), nullptr);
  EXPECT_EQ(memory.used(), 1000u);
}

TEST(BumpArena, TakesBlockSizesThatAreNoGranulesOrOutOfBounds) {
  for (const arena_options odd :
       {arena_options{.first_block_bytes = 1001, .max_block_bytes = 8191},
        arena_options{.first_block_bytes = 1, .max_block_bytes = 0},
        arena_options{.first_block_bytes = 5000, .max_block_bytes = 300}}) {
    checking_resource upstream;
    bump_arena memory(&upstream, odd);
    memory.first_block_bytes(1003);
    for (int i = 0; i < 10; ++i) {
      const auto room = memory.prepare(1);
      std::memset(room.data(), 1, room.size());
      memory.commit(room.size());
      void* const p = memory.allocate(1000, 8);
      EXPECT_TRUE(upstream.holds(p, 1000));
      expect_balanced(memory, upstream);
    }
  }
}

TEST(BumpArena, SaysWhatWasAskedUsedAndAllowed) {
  checking_resource upstream;
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
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(8, 8);
  constexpr auto max = std::numeric_limits<std::size_t>::max();
  for (std::size_t below = 0; below < 64; ++below)
    EXPECT_THROW((void)memory.allocate(max - below, 8), std::bad_alloc);
  EXPECT_THROW((void)memory.allocate(max / 2, 4096), std::bad_alloc);
  EXPECT_EQ(memory.used(), 8u);
}

TEST(BumpArena, IsUnchangedAndUsableAfterUpstreamFailsAtAnyCall) {
  for (std::size_t nth = 1; nth <= 8; ++nth) {
    checking_resource checked;
    failing_resource upstream(nth, failing_resource::mode::once, &checked);
    bump_arena memory(&upstream, small_blocks);
    arena::arena_statistics before{};
    try {
      for (int i = 0;; ++i) {
        before = memory.statistics();
        std::memset(memory.allocate(i % 7 == 0 ? 3000 : 200, 8), 1, 200);
      }
    } catch (const std::bad_alloc&) {
      expect_equal(memory.statistics(), before);
    }
    EXPECT_TRUE(upstream.has_failed());
    std::memset(memory.allocate(200, 8), 2, 200);
    expect_balanced(memory, checked);
  }
}

TEST(BumpArena, GivesNullInsteadOfThrowingWhenAskedTo) {
  checking_resource checked;
  failing_resource upstream(&checked);
  bump_arena memory(&upstream, small_blocks);
  upstream.arm(1);
  EXPECT_EQ(memory.try_allocate(8, 8), nullptr) << "upstream has nothing";
  void* const p = memory.try_allocate(8, 8);
  EXPECT_NE(p, nullptr);
  EXPECT_EQ(memory.try_allocate(std::size_t(-1)), nullptr);
  memory.limit(16);
  EXPECT_EQ(memory.try_allocate(9, 8), nullptr) << "over the limit";
  EXPECT_EQ(memory.try_allocate(8, 8), static_cast<std::byte*>(p) + 8);
}

TEST(BumpArena, ExpandsTheLatestAllocationInPlace) {
  checking_resource upstream;
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
  expect_balanced(memory, upstream);
}

TEST(BumpArena, ExpandsNoFurtherThanItsLimit) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  memory.limit(104);
  void* const p = memory.allocate(8, 8);
  EXPECT_FALSE(memory.try_expand(p, 8, 105));
  EXPECT_TRUE(memory.try_expand(p, 8, 104));
  EXPECT_EQ(memory.used(), 104u);
}

TEST(BumpArena, SaysHowFarTheLatestAllocationCanExpand) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  void* const p = memory.allocate(8, 8);
  const std::size_t most = memory.expandable_to(p, 8);
  EXPECT_FALSE(memory.try_expand(p, 8, most + 1));
  EXPECT_TRUE(memory.try_expand(p, 8, most));
  EXPECT_EQ(memory.expandable_to(p, most), most);
  EXPECT_EQ(memory.expandable_to(nullptr, 0), 0u);
  (void)memory.allocate(8, 8);
  EXPECT_EQ(memory.expandable_to(p, most), 0u);
}

TEST(BumpArena, TakesTheLatestAllocationBackAndNoOther) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  void* const a = memory.allocate(10, 8);
  void* const b = memory.allocate(20, 8);
  memory.deallocate(a, 10);
  EXPECT_EQ(memory.used(), 16u + 24u) << "not the latest";
  memory.deallocate(b, 20);
  EXPECT_EQ(memory.used(), 16u);
  EXPECT_EQ(memory.allocate(1, 8), b);
  EXPECT_EQ(memory.statistics().peak_bytes, 40u);
  expect_balanced(memory, upstream);
}

TEST(BumpArena, TakesBackThroughPmrAsWell) {
  bump_arena memory;
  for (int i = 0; i < 1000; ++i) {
    const std::pmr::vector<int> numbers(100, &memory);
    EXPECT_EQ(memory.used(), 400u);
  }
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BumpArena, FreesALargeRequestsBlockEarlyIfItIsAmongTheLatestEight) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  (void)memory.allocate(8, 8);
  std::vector<void*> large;
  for (int i = 0; i < 9; ++i) large.push_back(memory.allocate(5000, 8));
  memory.deallocate(large[0], 5000);
  EXPECT_EQ(upstream.live_blocks(), 10u) << "the ninth from the end is not looked for";
  memory.deallocate(large[1], 5000);
  EXPECT_EQ(upstream.live_blocks(), 9u);
  EXPECT_EQ(memory.used(), 8u + 8 * 5000);
  EXPECT_EQ(memory.statistics().peak_bytes, 8u + 9 * 5000);
  memory.deallocate(large[0], 5000);
  EXPECT_EQ(upstream.live_blocks(), 8u);
  expect_balanced(memory, upstream);
}

TEST(BumpArena, AGrowingStringNeedsNoMoreThanItsLastTwoBuffers) {
  checking_resource upstream;
  bump_arena memory(&upstream);
  memory.limit((12 << 20) + (64 << 10));
  std::pmr::string text(&memory);
  for (int i = 0; i < 5 << 20; ++i) text.push_back('x');
  EXPECT_LE(upstream.live_bytes(), std::size_t{9} << 20);
}

TEST(BumpArena, BumpsThroughTheCallersBufferFirst) {
  checking_resource upstream;
  alignas(8) std::byte buffer[512];
  bump_arena memory(buffer, &upstream, small_blocks);
  EXPECT_EQ(memory.statistics().reserved_bytes, 512u);
  for (int round = 0; round < 3; ++round) {
    std::memset(memory.allocate(512, 8), 1, 512);
    EXPECT_EQ(upstream.live_blocks(), 0u);
    expect_balanced(memory, upstream, 512);
    memory.reset();
  }
  (void)memory.allocate(512, 8);
  std::memset(memory.allocate(1, 1), 1, 1);
  EXPECT_EQ(upstream.live_blocks(), 1u);
  EXPECT_EQ(memory.used(), 520u);
  expect_balanced(memory, upstream, 512);
}

TEST(BumpArena, LeavesTheUnalignedEndsOfTheCallersBufferAlone) {
  for (std::size_t skipped = 0; skipped < 8; ++skipped) {
    for (std::size_t bytes = 0; bytes < 40; ++bytes) {
      checking_resource upstream;
      alignas(8) std::byte buffer[64] = {};
      bump_arena memory(std::span<std::byte>(buffer).subspan(skipped, bytes), &upstream,
                        small_blocks);
      while (upstream.live_blocks() == 0) std::memset(memory.allocate(8, 8), 1, 8);
      for (std::size_t i = 0; i < 64; ++i) {
        if (i < skipped || i >= skipped + bytes) {
          EXPECT_EQ(buffer[i], std::byte{0}) << i;
        }
      }
    }
  }
}

TEST(BumpArena, PreparesATailAndKeepsWhatIsCommitted) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  const auto room = memory.prepare(100);
  EXPECT_GE(room.size(), 100u);
  std::memset(room.data(), 7, room.size());
  void* const kept = memory.commit(10);
  EXPECT_EQ(kept, room.data());
  EXPECT_EQ(memory.used(), 16u);
  EXPECT_EQ(memory.prepare(1).data(), room.data() + 16);
  memory.commit(0);
  EXPECT_EQ(memory.used(), 16u);
  EXPECT_TRUE(memory.try_expand(kept, 10, 20)) << "it is an allocation as any other";
}

TEST(BumpArena, PreparesAnySizeWithinTheLimit) {
  for (const std::size_t bytes : {1u, 1008u, 1009u, 100'000u}) {
    checking_resource upstream;
    bump_arena memory(&upstream, small_blocks);
    (void)memory.allocate(8, 8);
    memory.limit(8 + 100'000);
    const auto room = memory.prepare(bytes);
    EXPECT_GE(room.size(), bytes);
    EXPECT_TRUE(upstream.holds(room.data(), room.size()));
    memory.commit(bytes);
    EXPECT_LE(memory.used(), memory.limit());
    expect_balanced(memory, upstream);
    EXPECT_THROW((void)memory.prepare(100'001), allocation_limit_exceeded);
  }
}

TEST(BumpArena, DoesNotKeepWhatWasPreparedBeyondItsBlockSizes) {
  checking_resource upstream;
  bump_arena memory(&upstream, small_blocks);
  for (std::size_t bytes = 20'000; bytes < 30'000; bytes += 100) {
    (void)memory.prepare(bytes);
    memory.commit(bytes);
    memory.reset();
    EXPECT_LE(upstream.live_bytes(), 1024u);
  }
}

TEST(BumpArena, KnowsWhatIsItsOwn) {
  checking_resource upstream;
  alignas(8) std::byte buffer[64];
  bump_arena memory(buffer, &upstream, small_blocks);
  EXPECT_TRUE(memory.owns(buffer));
  EXPECT_TRUE(memory.owns(buffer + 63));
  EXPECT_FALSE(memory.owns(buffer + 64));
  for (const std::size_t bytes : {60u, 200u, 5000u}) {
    const auto* const p = static_cast<std::byte*>(memory.allocate(bytes, 8));
    EXPECT_TRUE(memory.owns(p));
    EXPECT_TRUE(memory.owns(p + bytes - 1));
  }
  EXPECT_FALSE(memory.owns(&memory));
  EXPECT_FALSE(memory.owns(nullptr));
}

TEST(BumpArena, ServesPmrContainers) {
  checking_resource upstream;
  bump_arena memory(&upstream);
  std::pmr::vector<int> numbers(&memory);
  for (int i = 0; i < 10'000; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers[9'999], 9'999);
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

TEST(BumpArena, PoisonsWhatIsTakenBackAndUnpoisonsTheCallersBufferAtItsEnd) {
  alignas(8) std::byte buffer[64];
  {
    bump_arena memory(buffer);
    EXPECT_TRUE(__asan_address_is_poisoned(buffer));
    void* const p = memory.allocate(20, 8);
    EXPECT_FALSE(__asan_address_is_poisoned(buffer + 19));
    memory.deallocate(p, 20);
    EXPECT_TRUE(__asan_address_is_poisoned(buffer));
    (void)memory.prepare(1);
    memory.commit(5);
    EXPECT_FALSE(__asan_address_is_poisoned(buffer + 4));
    EXPECT_TRUE(__asan_address_is_poisoned(buffer + 5));
  }
  EXPECT_FALSE(__asan_address_is_poisoned(buffer));
  EXPECT_FALSE(__asan_address_is_poisoned(buffer + 63));
}

TEST(BumpArenaDeathTest, UseAfterResetIsSeen) {
  bump_arena memory;
  auto* const p = static_cast<volatile char*>(memory.allocate(10, 1));
  memory.reset();
  EXPECT_DEATH(p[0] = 1, "use-after-poison");
}
#endif

}  // namespace
