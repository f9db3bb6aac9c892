#include "arena/size_advice.hpp"

#include <gtest/gtest.h>

#include "arena/size_class.hpp"

namespace {

using arena::size_advice;
namespace size_class = arena::size_class;

void record(size_advice& advice, std::size_t bytes, int times) {
  for (int i = 0; i < times; ++i) advice.record(bytes);
}

std::size_t rounded(std::size_t bytes) {
  return size_class::bytes(size_class::index_for(bytes));
}

TEST(SizeClass, HoldsEverySizeWithAFifthOfSlackAtMost) {
  for (std::size_t bytes = 256; bytes <= size_class::largest_bytes; bytes += 1 + bytes / 1000) {
    EXPECT_GE(rounded(bytes), bytes);
    EXPECT_LE(rounded(bytes), bytes + bytes / 4);
  }
  EXPECT_EQ(size_class::index_for(size_class::largest_bytes), size_class::count - 1);
  EXPECT_EQ(rounded(0), 256u);
}

TEST(SizeAdvice, HasNoneBeforeTheFirstPeak) {
  EXPECT_EQ(size_advice().advised_bytes(), 0u);
}

TEST(SizeAdvice, IsEnoughForWhatWasSeen) {
  size_advice advice;
  advice.record(20'000);
  EXPECT_EQ(advice.advised_bytes(), rounded(20'000));
  record(advice, 100, 199);
  EXPECT_EQ(advice.advised_bytes(), rounded(20'000)) << "one in 200 is not rare";
}

TEST(SizeAdvice, LeavesRareGiantsOut) {
  size_advice advice;
  advice.record(16 << 20);
  record(advice, 16 << 10, 300);
  EXPECT_EQ(advice.advised_bytes(), rounded(16 << 10));
  for (int i = 0; i < 100; ++i) {
    advice.record(16 << 20);
    record(advice, 16 << 10, 999);
    EXPECT_EQ(advice.advised_bytes(), rounded(16 << 10));
  }
}

TEST(SizeAdvice, IsLargeEnoughForAllButOneInTwoHundred) {
  size_advice advice;
  int exceeded = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::size_t bytes = i % 50 == 0 ? 100'000u : static_cast<std::size_t>(1000 + i % 1000);
    if (i > 1000 && bytes > advice.advised_bytes()) ++exceeded;
    advice.record(bytes);
  }
  EXPECT_EQ(exceeded, 0) << "two in a hundred are to be served";
}

TEST(SizeAdvice, ForgetsWhatIsLongAgo) {
  size_advice advice;
  record(advice, 1 << 20, 10'000);
  record(advice, 1000, 10'000);
  EXPECT_EQ(advice.advised_bytes(), rounded(1000));
}

TEST(SizeAdvice, TakesPeaksOfAnySize) {
  size_advice advice;
  advice.record(std::size_t(-1));
  EXPECT_EQ(advice.advised_bytes(), size_class::largest_bytes);
  size_advice small;
  small.record(0);
  EXPECT_EQ(small.advised_bytes(), 256u);
}

}  // namespace
