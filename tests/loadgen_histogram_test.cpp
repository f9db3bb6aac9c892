#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/generator/histogram.hpp"
#include "loadtest/generator/random_numbers.hpp"
#include "loadtest/generator/report.hpp"

namespace {

using generator::histogram;

TEST(LoadgenHistogram, IsWithinOnePerCentFromANanosecondToMoreThanAnHour) {
  for (double exact = 1; exact < 5e12; exact *= 1.0007) {
    const auto value = static_cast<std::uint64_t>(exact);
    const double middle = histogram::middle_of(histogram::bucket(value));
    ASSERT_LE(std::abs(middle - static_cast<double>(value)), 0.005 * static_cast<double>(value))
        << value;
  }
}

TEST(LoadgenHistogram, HasBucketsWithoutGapsOrOverlap) {
  for (std::size_t i = 1; i < histogram::bucket_count; ++i) {
    const std::uint64_t first = histogram::first_of(i);
    ASSERT_EQ(histogram::bucket(first), i);
    ASSERT_EQ(histogram::bucket(first - 1), i - 1);
  }
  EXPECT_EQ(histogram::bucket(std::numeric_limits<std::uint64_t>::max()),
            histogram::bucket_count - 1);
}

TEST(LoadgenHistogram, FindsThePercentilesOfASortedVectorAlsoWhenMerged) {
  generator::random_numbers random(7, 1);
  histogram one, other;
  std::vector<double> values;
  for (int i = 0; i < 20'000; ++i) {
    const double value = std::floor(random.exponential() * 1e6) + 1;
    values.push_back(value);
    (i % 3 == 0 ? one : other).record(static_cast<std::uint64_t>(value));
  }
  one.merge(other);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(one.count(), values.size());
  EXPECT_EQ(static_cast<double>(one.max()), values.back());
  double sum = 0;
  for (const double value : values) sum += value;
  EXPECT_NEAR(one.mean(), sum / 20'000, 1e-6 * one.mean());
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const double exact = values[static_cast<std::size_t>(std::ceil(share * 20'000 - 1e-6)) - 1];
    EXPECT_NEAR(one.quantile(share), exact, 0.01 * exact) << share;
  }
}

TEST(LoadgenHistogram, LeavesOutWhatTooFewSamplesCarry) {
  histogram few;
  EXPECT_FALSE(generator::percentile_us(few, 0.5));
  for (int i = 0; i < 9'999; ++i) few.record(5000);
  EXPECT_DOUBLE_EQ(generator::percentile_us(few, 0.99).value(), 5.0);
  EXPECT_FALSE(generator::percentile_us(few, 0.999));
  few.record(5000);
  EXPECT_TRUE(generator::percentile_us(few, 0.999));
  EXPECT_FALSE(generator::percentile_us(few, 0.9999));
}

}  // namespace
