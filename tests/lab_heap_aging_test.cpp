// The pattern that ages a heap: what it allocates, what it keeps, and that it is always the same.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/heap_aging/heap_aging.hpp"
#include "loadtest/heap_counter/heap_counter.hpp"

namespace {

using heap_aging::age;
using heap_aging::outcome;
using heap_aging::pattern;

constexpr pattern small{.objects = 10'000};

TEST(LabHeapAging, IsTheSameForTheSamePattern) {
  const outcome once = age(small);
  const outcome again = age(small);
  EXPECT_EQ(once.allocated_objects, again.allocated_objects);
  EXPECT_EQ(once.allocated_bytes, again.allocated_bytes);
  EXPECT_EQ(once.kept_bytes, again.kept_bytes);
  EXPECT_EQ(once.order_checksum, again.order_checksum);
}

TEST(LabHeapAging, DiffersByItsSeed) {
  const outcome one = age({.objects = 10'000, .seed = 1});
  const outcome other = age({.objects = 10'000, .seed = 2});
  EXPECT_EQ(one.kept_objects, other.kept_objects);
  EXPECT_NE(one.kept_bytes, other.kept_bytes);
  EXPECT_NE(one.order_checksum, other.order_checksum);
}

TEST(LabHeapAging, RefillsToTheSameNumberInEachGeneration) {
  for (const unsigned generations : {1u, 2u, 5u}) {
    const outcome done = age({.objects = 1000, .generations = generations});
    EXPECT_EQ(done.allocated_objects, 1000u + 700u * (generations - 1));
    EXPECT_EQ(done.kept_objects, 300u);
  }
}

TEST(LabHeapAging, KeepsWhatItIsTold) {
  EXPECT_EQ(age({.objects = 1000, .freed_percent = 0}).kept_objects, 1000u);
  EXPECT_EQ(age({.objects = 1000, .freed_percent = 100}).kept_objects, 0u);
  EXPECT_EQ(age({.objects = 1000, .freed_percent = 100}).kept_bytes, 0u);
  EXPECT_EQ(age({.objects = 1, .freed_percent = 70}).kept_objects, 1u);
  EXPECT_EQ(age({.objects = 0}).allocated_objects, 0u);
  EXPECT_EQ(age({.objects = 1000, .generations = 0}).allocated_objects, 0u);
}

// Small ones have 252 bytes on average, (3/2 of 16 + 32 + ... + 512) / 6; large ones 22.5 KiB.
TEST(LabHeapAging, TakesSizesFromItsRanges) {
  constexpr double objects = 50'000;
  const auto mean_of = [](std::size_t large_every) {
    const outcome done = age({.objects = 50'000, .generations = 1, .large_every = large_every});
    return static_cast<double>(done.allocated_bytes) / objects;
  };
  EXPECT_NEAR(mean_of(1'000'000'000), 252, 5);
  EXPECT_NEAR(mean_of(1000), 252 + 23.0, 8);
  EXPECT_NEAR(mean_of(100), 252 + 228.0, 30);
}

TEST(LabHeapAging, CallsTheHeapForEachObjectAndForNothingElse) {
  const auto before = heap_counter::this_thread_counts();
  const outcome done = age(small);
  const auto after = heap_counter::this_thread_counts();
  EXPECT_EQ(after.allocations - before.allocations, done.allocated_objects);
  EXPECT_EQ(after.bytes - before.bytes, done.allocated_bytes);
  EXPECT_EQ(after.frees - before.frees, done.allocated_objects - done.kept_objects);
}

TEST(LabHeapAging, WorksOnSeveralThreadsAtOnce) {
  const outcome alone = age(small);
  std::vector<outcome> done(4);
  std::vector<std::jthread> threads;
  for (outcome& each : done) threads.emplace_back([&each] { each = age(small); });
  threads.clear();
  for (const outcome& each : done) EXPECT_EQ(each.order_checksum, alone.order_checksum);
}

TEST(LabHeapAging, KeepsSome40MebibytesByDefault) {
  // Of the default pattern, a tenth.
  const pattern usual;
  const outcome done = age({.objects = usual.objects / 10});
  EXPECT_GT(done.kept_bytes * 10, std::size_t{30} << 20);
  EXPECT_LT(done.kept_bytes * 10, std::size_t{50} << 20);
}

#ifndef SANITIZED
// Pages that a hundred new objects of 48 bytes lie on.
std::size_t pages_of_new_objects() {
  constexpr std::size_t page_bytes = 4096;
  std::vector<std::unique_ptr<std::byte[]>> objects(100);
  std::set<std::uintptr_t> pages;
  for (auto& each : objects) {
    each = std::make_unique<std::byte[]>(48);
    pages.insert(reinterpret_cast<std::uintptr_t>(each.get()) / page_bytes);
  }
  return pages.size();
}

// On a heap that was never used they would lie on two or three.
TEST(LabHeapAging, ScattersWhatItsThreadAllocatesNext) {
  std::size_t pages = 0;
  std::jthread([&] {
    age({.objects = 100'000});
    pages = pages_of_new_objects();
  }).join();
  EXPECT_GE(pages, 50u);
}
#endif

}  // namespace
