#include "loadtest/generator/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace generator {
namespace {

// A request this close to the end of its stage, in requests, is the first of the next one: products
// such as 3000 * 0.1 lie a little above the whole number that is meant.
constexpr double rounding = 1e-6;

std::chrono::nanoseconds nanoseconds(double seconds) {
  return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

}  // namespace

double stage::expected(double elapsed) const noexcept {
  return rate * elapsed + (rate_end - rate) * elapsed * elapsed / (2 * seconds);
}

double stage::moment(double count) const noexcept {
  if (count <= 0) return 0;
  if (rate == rate_end) return count / rate;
  const double growth = (rate_end - rate) / seconds;
  // The form of the quadratic's root in which nothing cancels, also where the rate starts at 0.
  const double root = std::sqrt(std::max(0.0, rate * rate + 2 * growth * count));
  return std::min(seconds, 2 * count / (rate + root));
}

schedule::schedule(const std::vector<stage>& stages, std::uint64_t seed, share part)
    : stages_(stages), part_(part), random_(seed, 0) {
  if (!stages_.empty() && stages_[0].kind == arrivals::poisson) position_ = gap();
}

std::optional<due_request> schedule::next() {
  while (auto request = next_of_all()) {
    if (request->number % part_.every == part_.first) return request;
  }
  return std::nullopt;
}

std::optional<due_request> schedule::next_of_all() {
  while (stage_ < stages_.size()) {
    const stage& now = stages_[stage_];
    const double within = position_ - expected_before_;
    if (within < now.expected(now.seconds) - rounding) {
      position_ += gap();
      return due_request{number_++, nanoseconds(stage_start_ + now.moment(within)), stage_};
    }
    enter_next_stage();
  }
  return std::nullopt;
}

// Within one kind the position carries over: a constant schedule keeps its phase, and a Poisson
// process stays one when the rate changes. Where the kind changes, the new stage begins afresh.
void schedule::enter_next_stage() {
  const stage& left = stages_[stage_];
  expected_before_ += left.expected(left.seconds);
  stage_start_ += left.seconds;
  ++stage_;
  if (stage_ == stages_.size() || stages_[stage_].kind == left.kind) return;
  position_ = expected_before_;
  if (stages_[stage_].kind == arrivals::poisson) position_ += gap();
}

double schedule::gap() {
  return stages_[stage_].kind == arrivals::poisson ? random_.exponential() : 1;
}

std::chrono::nanoseconds schedule::length(const std::vector<stage>& stages) {
  double seconds = 0;
  for (const stage& part : stages) seconds += part.seconds;
  return nanoseconds(seconds);
}

}  // namespace generator
