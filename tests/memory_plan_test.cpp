#include "server/ops/memory_plan.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "server/effective_settings.hpp"
#include "server/ops/memory_limit.hpp"

namespace {

using server::ops::memory_plan;
using server::ops::process_bytes;

constexpr std::size_t kibibyte = std::size_t{1} << 10;
constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t gibibyte = std::size_t{1} << 30;

TEST(MemoryPlan, TakesAsManyConnectionsAsAnEighthHolds) {
  EXPECT_EQ(memory_plan(48 * mebibyte).connections_max(), 1024u);
  EXPECT_EQ(memory_plan(96 * mebibyte).connections_max(), 2048u);
}

TEST(MemoryPlan, TakesNeitherFewerNorMoreConnectionsThanItsBounds) {
  EXPECT_EQ(memory_plan(0).connections_max(), 64u);
  EXPECT_EQ(memory_plan(3 * mebibyte).connections_max(), 64u);
  EXPECT_EQ(memory_plan(3 * mebibyte + 48 * kibibyte).connections_max(), 65u);
  EXPECT_EQ(memory_plan(768 * mebibyte - 48 * kibibyte).connections_max(), 16'383u);
  EXPECT_EQ(memory_plan(768 * mebibyte).connections_max(), 16'384u);
  EXPECT_EQ(memory_plan(std::numeric_limits<std::size_t>::max()).connections_max(), 16'384u);
}

TEST(MemoryPlan, BoundsReceiveBuffersWhereTheyCouldFillTheMemory) {
  EXPECT_EQ(memory_plan(mebibyte).receive_buffer_bytes(), 64 * kibibyte);
  EXPECT_EQ(memory_plan(64 * mebibyte).receive_buffer_bytes(), 128 * kibibyte);
  EXPECT_EQ(memory_plan(gibibyte).receive_buffer_bytes(), 2 * mebibyte);
  EXPECT_LT(memory_plan(2 * gibibyte - 512).receive_buffer_bytes(), 4 * mebibyte);
  EXPECT_EQ(memory_plan(2 * gibibyte).receive_buffer_bytes(), 0u);
}

TEST(MemoryPlan, LeavesRequestsThreeQuartersLessTheProcessAndTheRows) {
  const memory_plan plan(gibibyte);
  EXPECT_EQ(plan.requests_bytes(0), 768 * mebibyte - process_bytes);
  EXPECT_EQ(plan.requests_bytes(100 * mebibyte), 668 * mebibyte - process_bytes);
}

TEST(MemoryPlan, LeavesRequestsASixteenthWhateverTheRowsTake) {
  const memory_plan plan(gibibyte);
  const std::size_t most = 704 * mebibyte - process_bytes;
  EXPECT_EQ(plan.requests_bytes(most - 1), 64 * mebibyte + 1);
  EXPECT_EQ(plan.requests_bytes(most), 64 * mebibyte);
  EXPECT_EQ(plan.requests_bytes(most + 1), 64 * mebibyte);
  EXPECT_EQ(plan.requests_bytes(std::numeric_limits<std::size_t>::max()), 64 * mebibyte);
}

TEST(MemoryPlan, HoldsUnlessTheSettingsSayOtherwise) {
  const memory_plan plan(server::ops::find_memory_limit().bytes);
  server::config settings;
  EXPECT_EQ(effective_memory_max(settings, mebibyte), plan.requests_bytes(mebibyte));
  EXPECT_EQ(effective_connections_max(settings), plan.connections_max());
  EXPECT_EQ(effective_receive_buffer(settings), plan.receive_buffer_bytes());
  settings.memory_max_bytes = 5 * mebibyte;
  settings.connections_max = 7;
  settings.receive_buffer_bytes = 100 * kibibyte;
  EXPECT_EQ(effective_memory_max(settings, gibibyte), 5 * mebibyte);
  EXPECT_EQ(effective_connections_max(settings), 7u);
  EXPECT_EQ(effective_receive_buffer(settings), 100 * kibibyte);
}

}  // namespace
