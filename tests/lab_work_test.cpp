// What is behind the lab's endpoints, apart from HTTP: texts that grow, containers that churn,
// results that outlive their memory.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"
#include "arena/testing/counting_resource.hpp"
#include "loadtest/server/churned.hpp"
#include "loadtest/server/grown_text.hpp"
#include "loadtest/server/integer_work.hpp"
#include "loadtest/server/results.hpp"
#include "server/request_memory.hpp"

namespace {

using arena::testing::counting_resource;

auto* const heap_resource = std::pmr::new_delete_resource();

TEST(LabGrow, AppendsToTheByte) {
  for (const std::size_t bytes : {1u, 7u, 8u, 63u, 64u, 65u, 1000u, 100'000u}) {
    const lab_server::texts grown = lab_server::grow(bytes, 1, heap_resource);
    ASSERT_EQ(grown.size(), 1u);
    const std::pmr::string& text = grown.front();
    ASSERT_EQ(text.size(), bytes);
    EXPECT_EQ(text[0], '\0') << "the number of the append, least byte first";
    if (bytes > 64) {
      EXPECT_EQ(text[64], '\1');
    }
    if (bytes > 73) {
      EXPECT_EQ(text.substr(72, 2), "ij");
    }
  }
}

TEST(LabGrow, DividesBytesAmongTexts) {
  const lab_server::texts grown = lab_server::grow(1001, 3, heap_resource);
  ASSERT_EQ(grown.size(), 3u);
  EXPECT_EQ(grown[0].size(), 334u);
  EXPECT_EQ(grown[1].size(), 334u);
  EXPECT_EQ(grown[2].size(), 333u);
  EXPECT_EQ(lab_server::grow(2, 5, heap_resource)[4].size(), 0u);
}

TEST(LabGrow, HasAChecksumOfEachAppendAndTheSizes) {
  lab_server::texts grown = lab_server::grow(3000, 3, heap_resource);
  const std::uint64_t right = lab_server::checksum(grown);
  for (std::pmr::string& text : grown) {
    for (std::size_t at = 0; at < text.size(); at += lab_server::append_bytes) {
      text[at] = static_cast<char>(text[at] + 1);
      EXPECT_NE(lab_server::checksum(grown), right) << at;
      text[at] = static_cast<char>(text[at] - 1);
    }
  }
  EXPECT_EQ(lab_server::checksum(grown), right);
  grown[1].pop_back();
  EXPECT_NE(lab_server::checksum(grown), right);
}

constexpr std::size_t mebibyte = std::size_t{1} << 20;

// The most that a heap has to hold, and the most that is in use in an arena, for the same texts.
struct grow_costs {
  std::size_t heap_bytes;
  std::size_t arena_bytes;
};

grow_costs costs_of(std::size_t bytes, std::size_t count) {
  counting_resource heap;
  EXPECT_EQ(lab_server::grow(bytes, count, &heap).size(), count);
  EXPECT_EQ(heap.live_bytes(), 0u);
  arena::bump_arena memory;
  EXPECT_EQ(lab_server::grow(bytes, count, &memory).size(), count);
  return {heap.peak_bytes(), memory.statistics().peak_bytes};
}

TEST(LabGrow, OfManyTextsCostsAnArenaTwiceAHeapsPeak) {
  const grow_costs costs = costs_of(4 * mebibyte, 64);
  EXPECT_GT(costs.arena_bytes, costs.heap_bytes * 19 / 10);
  EXPECT_LT(costs.arena_bytes, 8 * mebibyte + 64 * 1024);
}

TEST(LabGrow, OfOneTextCostsAnArenaItsSmallCapacities) {
  const grow_costs large = costs_of(mebibyte, 1);
  EXPECT_GT(large.arena_bytes, large.heap_bytes + 50 * 1024);
  EXPECT_LT(large.arena_bytes, large.heap_bytes + 150 * 1024) << "large ones are given back";
  const grow_costs small = costs_of(mebibyte / 16, 1);
  EXPECT_GT(small.arena_bytes, small.heap_bytes * 5 / 4);
}

TEST(LabChurn, ReusesAHeapAndNotAnArena) {
  counting_resource one_step;
  lab_server::churn(1, 30'000, &one_step);
  counting_resource heap;
  lab_server::churn(20, 30'000, &heap);
  EXPECT_EQ(heap.peak_bytes(), one_step.peak_bytes());
  EXPECT_EQ(heap.allocations(), 20 * one_step.allocations());
  EXPECT_EQ(heap.live_blocks(), 0u);
  arena::bump_arena memory;
  lab_server::churn(20, 30'000, &memory);
  EXPECT_GT(memory.statistics().peak_bytes, 10 * heap.peak_bytes());
}

TEST(LabChurn, BuildsAboutAsManyBytesAsItIsTold) {
  for (const std::size_t bytes : {3000u, 30'000u, 262'144u}) {
    counting_resource memory;
    lab_server::churn(1, bytes, &memory);
    EXPECT_GT(memory.allocated_bytes(), bytes * 9 / 10);
    EXPECT_LT(memory.allocated_bytes(), bytes * 3) << "vectors and strings double";
    EXPECT_GT(memory.allocations(), bytes / 3 / 48) << "a node each";
  }
}

TEST(LabChurn, AnswersTheSameFromAnyMemoryAndDependsOnBoth) {
  auto* const heap = std::pmr::new_delete_resource();
  arena::bump_arena memory;
  const std::uint64_t sum = lab_server::churn(3, 1000, heap);
  EXPECT_EQ(lab_server::churn(3, 1000, &memory), sum);
  EXPECT_NE(lab_server::churn(4, 1000, heap), sum);
  EXPECT_NE(lab_server::churn(3, 1100, heap), sum);
}

// Marsaglia's published triple 13, 7, 17.
TEST(LabIntegerWork, IsXorshift64) {
  std::uint64_t state = 88172645463325252u;
  for (std::size_t rounds = 0; rounds < 100; ++rounds) {
    ASSERT_EQ(lab_server::integer_work(rounds), state) << rounds;
    state = state ^ state << 13;
    state = state ^ state >> 7;
    state = state ^ state << 17;
  }
  EXPECT_EQ(lab_server::integer_work(1), 8748534153485358512u) << "the first that it published";
}

TEST(LabResults, TakeTwoAllocationsAnItem) {
  counting_resource memory;
  const lab_server::result list = lab_server::make_result(100, &memory);
  EXPECT_EQ(memory.allocations(), 1u + 2 * 100);
  ASSERT_EQ(list.size(), 100u);
  EXPECT_EQ(list[99].id, 99u);
  EXPECT_EQ(list[99].price, 123.75);
  EXPECT_EQ(list[99].name, "the result's item 99");
  EXPECT_EQ(list[99].tags, (std::pmr::vector<std::pmr::string>{"red", "green", "blue"}));
}

TEST(LabResults, HaveAChecksumOfEveryItem) {
  lab_server::result list = lab_server::make_result(10, std::pmr::new_delete_resource());
  const std::uint64_t right = lab_server::checksum(list);
  list[7].name.back() = 'x';
  EXPECT_NE(lab_server::checksum(list), right);
  list[7].name.back() = '7';
  list[3].tags[1] = "grown";
  EXPECT_NE(lab_server::checksum(list), right);
  list[3].tags[1] = "green";
  EXPECT_EQ(lab_server::checksum(list), right);
  list.pop_back();
  EXPECT_NE(lab_server::checksum(list), right);
}

TEST(LabResults, MoveWithoutACopyWhereTheRequestsMemoryIsTheHeap) {
  for (std::pmr::memory_resource* heap : {server::heap_memory(), std::pmr::new_delete_resource()}) {
    lab_server::kept_results ring;
    lab_server::result built = lab_server::make_result(5, heap);
    const auto* const items = built.data();
    const auto* const name = built[4].name.data();
    const lab_server::result& kept = ring.keep(std::move(built));
    EXPECT_EQ(kept.data(), items);
    EXPECT_EQ(kept[4].name.data(), name);
    EXPECT_EQ(kept.get_allocator().resource(), heap);
  }
}

TEST(LabResults, AreCopiedOutOfOtherMemoryAndOutliveIt) {
  lab_server::kept_results ring;
  const lab_server::result* kept = nullptr;
  {
    arena::testing::checking_resource upstream;  // overwrites what is given back
    arena::bump_arena memory(&upstream);
    lab_server::result built = lab_server::make_result(50, &memory);
    const auto* const items = built.data();
    kept = &ring.keep(std::move(built));
    EXPECT_NE(kept->data(), items);
  }
  for (const auto& item : *kept) {
    EXPECT_EQ(item.name.get_allocator().resource(), server::heap_memory());
    EXPECT_EQ(item.tags.get_allocator().resource(), server::heap_memory());
    for (const auto& tag : item.tags)
      EXPECT_EQ(tag.get_allocator().resource(), server::heap_memory());
  }
  EXPECT_EQ(lab_server::checksum(*kept),
            lab_server::checksum(lab_server::make_result(50, std::pmr::new_delete_resource())));
}

TEST(LabResults, AreKeptUntil64MoreHaveCome) {
  lab_server::kept_results ring;
  EXPECT_EQ(ring.count(), 0u);
  EXPECT_EQ(ring.checksum(), 0u);
  for (std::size_t items = 1; items <= 64; ++items)
    ring.keep(lab_server::make_result(items, server::heap_memory()));
  EXPECT_EQ(ring.count(), 64u);
  EXPECT_EQ(ring.items(), 64u * 65 / 2);
  ring.keep(lab_server::make_result(1000, server::heap_memory()));
  EXPECT_EQ(ring.count(), 64u);
  EXPECT_EQ(ring.items(), 64u * 65 / 2 - 1 + 1000);
}

TEST(HeapMemory, IsWhatStrategyHeapGivesEveryRequestAndNoOther) {
  using server::memory_source;
  using server::memory_strategy;
  const auto one = memory_source::create(memory_strategy::heap, 1 << 20);
  const auto other = memory_source::create(memory_strategy::heap, 1 << 20);
  EXPECT_EQ(one->begin(0).resource(), server::heap_memory());
  EXPECT_EQ(other->begin(0).resource(), server::heap_memory());
  for (const auto strategy : {memory_strategy::arena, memory_strategy::new_delete,
                              memory_strategy::monotonic, memory_strategy::pool}) {
    const auto source = memory_source::create(strategy, 1 << 20);
    EXPECT_FALSE(*source->begin(0).resource() == *server::heap_memory()) << to_string(strategy);
  }
}

}  // namespace
