#include "server/ops/histogram.hpp"

#include <cstdint>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

namespace {

using server::ops::histogram;

TEST(Histogram, PutsEachValueIntoABucketThatEndsAtMostASixteenthAbove) {
  for (std::uint64_t value = 0; value < 1'000'000; value += value / 50 + 1) {
    const std::uint64_t last = histogram::last_of(histogram::bucket(value));
    EXPECT_GE(last, value);
    EXPECT_LE(last - value, value / 16) << value;
  }
}

TEST(Histogram, HasBucketsWithoutGapsOrOverlap) {
  for (std::size_t index = 0; index < 900; ++index) {
    const std::uint64_t last = histogram::last_of(index);
    EXPECT_EQ(histogram::bucket(last), index);
    EXPECT_EQ(histogram::bucket(last + 1), index + 1);
  }
}

TEST(Histogram, TakesTheLargestValue) {
  auto all = std::make_unique<histogram>();
  all->record(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(all->quantile(1), std::numeric_limits<std::uint64_t>::max());
}

TEST(Histogram, FindsQuantilesOfMergedParts) {
  auto low = std::make_unique<histogram>();
  auto high = std::make_unique<histogram>();
  auto merged = std::make_unique<histogram>();
  for (std::uint64_t i = 1; i <= 500; ++i) low->record(i);
  for (std::uint64_t i = 501; i <= 1000; ++i) high->record(i);
  EXPECT_EQ(merged->quantile(0.5), 0u);
  merged->merge(*low);
  merged->merge(*high);
  EXPECT_EQ(merged->count(), 1000u);
  EXPECT_EQ(merged->max(), 1000u);
  EXPECT_NEAR(static_cast<double>(merged->quantile(0.5)), 500, 500 / 16.0);
  EXPECT_NEAR(static_cast<double>(merged->quantile(0.99)), 990, 990 / 16.0);
  EXPECT_EQ(merged->quantile(1), 1000u);
}

}  // namespace
