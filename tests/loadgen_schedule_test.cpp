#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/generator/schedule.hpp"

namespace {

using namespace generator;

std::vector<due_request> all_of(const std::vector<stage>& stages, schedule::share share = {}) {
  schedule due(stages, 42, share);
  std::vector<due_request> found;
  while (const auto request = due.next()) found.push_back(*request);
  return found;
}

double seconds(const due_request& request) {
  return static_cast<double>(request.due.count()) / 1e9;
}

TEST(LoadgenSchedule, IsExactAtAConstantRate) {
  const auto due = all_of({{arrivals::constant, 3000, 3000, 0.7}});
  ASSERT_EQ(due.size(), 2100u);
  for (std::size_t k = 0; k < due.size(); ++k) {
    ASSERT_EQ(due[k].number, k);
    ASSERT_EQ(due[k].due.count(), std::llround(static_cast<double>(k) / 3000 * 1e9));
  }
}

// N(t) = r t + (e - r) t^2 / 2T: request k is due where N is k.
TEST(LoadgenSchedule, FollowsTheClosedFormulaInARampUpAndDown) {
  for (const auto& [rate, end] : {std::pair{0.0, 1000.0}, {1000.0, 0.0}, {200.0, 700.0}}) {
    const auto due = all_of({{arrivals::constant, rate, end, 4}});
    ASSERT_EQ(due.size(), static_cast<std::size_t>((rate + end) / 2 * 4));
    for (std::size_t k = 0; k < due.size(); ++k) {
      const double t = seconds(due[k]);
      ASSERT_NEAR(rate * t + (end - rate) * t * t / 8, static_cast<double>(k), 1e-4);
    }
  }
}

TEST(LoadgenSchedule, JoinsStagesWithoutAGapOrADouble) {
  const auto due = all_of({{arrivals::constant, 1000, 1000, 0.1},
                           {arrivals::constant, 0, 0, 0.5},
                           {arrivals::constant, 100, 300, 1},
                           {arrivals::constant, 500, 500, 0.1}});
  ASSERT_EQ(due.size(), 100u + 0 + 200 + 50);
  EXPECT_EQ(due[100].due, std::chrono::milliseconds(600));
  EXPECT_EQ(due[100].stage, 2u);
  EXPECT_EQ(due[300].due, std::chrono::milliseconds(1600));
  EXPECT_EQ(due[300].stage, 3u);
  for (std::size_t k = 1; k < due.size(); ++k) ASSERT_GT(due[k].due, due[k - 1].due);
}

TEST(LoadgenSchedule, IsAPoissonProcessWhichTheSeedRepeats) {
  const std::vector<stage> stages = {{arrivals::poisson, 2000, 2000, 50}};
  const auto due = all_of(stages);
  const auto count = static_cast<double>(due.size());
  EXPECT_NEAR(count, 100'000, 4 * std::sqrt(100'000));  // four standard deviations
  double sum = 0, squares = 0;
  for (std::size_t k = 1; k < due.size(); ++k) {
    const double gap = seconds(due[k]) - seconds(due[k - 1]);
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / count;
  EXPECT_NEAR(mean, 0.0005, 0.00001);
  EXPECT_NEAR((squares / count - mean * mean) / (mean * mean), 1, 0.03);  // exponential: equal
  const auto again = all_of(stages);
  ASSERT_EQ(again.size(), due.size());
  EXPECT_EQ(again.back().due, due.back().due);
}

TEST(LoadgenSchedule, IsTheSameHoweverManyWorkersShareIt) {
  const std::vector<stage> stages = {{arrivals::constant, 100, 100, 1},
                                     {arrivals::poisson, 500, 500, 1}};
  const auto whole = all_of(stages);
  std::size_t shared = 0;
  for (std::uint64_t first = 0; first < 3; ++first) {
    for (const due_request& request : all_of(stages, {first, 3})) {
      ASSERT_EQ(request.number % 3, first);
      ASSERT_EQ(request.due, whole[request.number].due);
      ++shared;
    }
  }
  EXPECT_EQ(shared, whole.size());
}

}  // namespace
