#include "arena/synchronized_arena.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory_resource>
#include <numeric>
#include <span>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"

namespace {

using arena::arena_options;
using arena::synchronized_arena;
using arena::testing::checking_resource;

static_assert(!std::is_copy_constructible_v<synchronized_arena>);
static_assert(!std::is_copy_assignable_v<synchronized_arena>);

constexpr std::size_t thread_count = 4;
constexpr arena_options small_blocks = {.first_block_bytes = 1024, .max_block_bytes = 8192};

void report(std::string_view violation) {
  ADD_FAILURE() << violation;
}

// Runs `work(i)` for each i below thread_count at once, and waits for all.
template <typename Work>
void at_once(const Work& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) threads.emplace_back([&work, i] { work(i); });
}

TEST(SynchronizedArena, ThreadsNeverGetEachOthersBytes) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  synchronized_arena memory(&upstream, small_blocks);
  std::vector<std::vector<std::span<unsigned char>>> written(thread_count);
  at_once([&](std::size_t thread) {
    for (std::size_t i = 0; i < 2000; ++i) {
      const std::size_t bytes = 1 + (i * 37 + thread * 11) % 300;
      const std::size_t alignment = std::size_t{1} << i % 7;
      void* const p =
          i % 2 == 0 ? memory.allocate(bytes, alignment) : memory.try_allocate(bytes, alignment);
      std::memset(p, static_cast<int>(thread * 64 + i % 64), bytes);
      written[thread].push_back({static_cast<unsigned char*>(p), bytes});
    }
  });
  std::size_t bytes = 0;
  for (std::size_t thread = 0; thread < thread_count; ++thread) {
    for (std::size_t i = 0; i < written[thread].size(); ++i) {
      const auto range = written[thread][i];
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(range.data()) % (std::size_t{1} << i % 7), 0u);
      ASSERT_TRUE(std::ranges::all_of(
          range, [&](unsigned char byte) { return byte == thread * 64 + i % 64; }));
      bytes += range.size();
    }
  }
  const auto s = memory.statistics();
  EXPECT_EQ(s.used_bytes, memory.used());
  EXPECT_GE(s.used_bytes, bytes);
  EXPECT_LE(s.wasted_bytes, s.reserved_bytes - s.used_bytes);
}

TEST(SynchronizedArena, IsAFixedArenaOverTheCallersBufferAlone) {
  alignas(8) std::byte buffer[1024];
  synchronized_arena memory(buffer, std::pmr::null_memory_resource());
  EXPECT_EQ(memory.try_allocate(1024, 8), buffer);
  EXPECT_EQ(memory.try_allocate(1, 1), nullptr);
  EXPECT_THROW((void)memory.allocate(1, 1), std::bad_alloc);
  memory.reset();
  EXPECT_EQ(memory.try_allocate(8, 8), buffer);
}

TEST(SynchronizedArena, LimitHoldsForAllThreadsTogether) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  synchronized_arena memory(&upstream, small_blocks);
  memory.limit(10'000);
  EXPECT_EQ(memory.limit(), 10'000u);
  std::vector<std::size_t> granted(thread_count, 0);
  at_once([&](std::size_t thread) {
    while (memory.try_allocate(24, 8) != nullptr) ++granted[thread];
  });
  EXPECT_EQ(std::accumulate(granted.begin(), granted.end(), std::size_t{0}), 10'000u / 24);
  EXPECT_EQ(memory.used(), 10'000u / 24 * 24);
  EXPECT_THROW(static_cast<void>(memory.allocate(24, 8)), arena::allocation_limit_exceeded);
}

TEST(SynchronizedArena, ServesContainersOfSeveralThreads) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  synchronized_arena memory(&upstream, small_blocks);
  at_once([&](std::size_t thread) {
    std::pmr::map<int, std::pmr::string> words(&memory);
    std::pmr::vector<std::size_t> numbers(&memory);  // deallocates as it grows
    for (int i = 0; i < 500; ++i) {
      words.emplace(i, std::string(static_cast<std::size_t>(i % 50), 'x') + std::to_string(thread));
      numbers.push_back(thread * 1000 + static_cast<std::size_t>(i));
    }
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(words.at(i).ends_with(std::to_string(thread)));
      ASSERT_EQ(words.at(i).size(), static_cast<std::size_t>(i % 50) + 1);
      ASSERT_EQ(numbers[static_cast<std::size_t>(i)], thread * 1000 + static_cast<std::size_t>(i));
    }
  });
}

TEST(SynchronizedArena, TakesBackTheLatestAllocation) {
  synchronized_arena memory(std::pmr::new_delete_resource(), small_blocks);
  std::pmr::memory_resource& resource = memory;
  void* const first = resource.allocate(100, 8);
  void* const latest = resource.allocate(100, 8);
  resource.deallocate(latest, 100, 8);
  EXPECT_EQ(resource.allocate(50, 8), latest);
  resource.deallocate(first, 100, 8);
  EXPECT_NE(resource.allocate(50, 8), first) << "not the latest: stays until reset";
}

TEST(SynchronizedArena, ResetKeepsItsBlocksUnlessToldOtherwise) {
  checking_resource upstream(std::pmr::new_delete_resource(), report);
  synchronized_arena memory(&upstream, small_blocks);
  const auto fill = [&](std::size_t) {
    for (int i = 0; i < 50; ++i) std::memset(memory.allocate(200, 8), 1, 200);
  };
  at_once(fill);
  const std::size_t fetched = upstream.allocations();
  EXPECT_GT(fetched, 1u);
  memory.reset();
  EXPECT_EQ(memory.used(), 0u);
  at_once(fill);
  EXPECT_EQ(upstream.allocations(), fetched) << "the same work needs no other block";
  memory.reset(arena::keep::none());
  EXPECT_EQ(upstream.live_blocks(), 0u);
}

TEST(SynchronizedArena, NamesNoMemoryAsNullOrAsAnException) {
  std::pmr::memory_resource* const none = std::pmr::null_memory_resource();
  synchronized_arena memory(none);
  EXPECT_EQ(memory.try_allocate(1), nullptr);
  EXPECT_THROW(static_cast<void>(memory.allocate(1)), std::bad_alloc);
  EXPECT_EQ(memory.used(), 0u) << "and the mutex is free again";
}

}  // namespace
