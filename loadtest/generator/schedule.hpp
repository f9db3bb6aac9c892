// When each request of a run is due, as times after the start, fixed before the run by the plan
// and its seed alone. One worker owns one and asks for its share in order. Must never depend on
// what the server does: that is the whole point of an open loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "loadtest/generator/random_numbers.hpp"

namespace generator {

enum class arrivals { constant, poisson };

/// A part of the schedule: `seconds` long, at `rate` requests a second that changes linearly to
/// `rate_end`. Both 0 is a pause.
struct stage {
  arrivals kind = arrivals::constant;
  double rate = 0;
  double rate_end = 0;
  double seconds = 0;

  /// How many requests are expected in the first `elapsed` seconds of the stage.
  double expected(double elapsed) const noexcept;
  /// The inverse: after how many seconds of the stage `count` requests are expected.
  double moment(double count) const noexcept;
};

struct due_request {
  std::uint64_t number = 0;  ///< the running number in the whole run, from 0
  std::chrono::nanoseconds due{};
  std::size_t stage = 0;
};

class schedule {
 public:
  /// Of all requests those whose number is `first`, `first + every`, ...: a worker's share.
  /// Lifetime: `stages` must outlive the schedule.
  struct share {
    std::uint64_t first = 0;
    std::uint64_t every = 1;
  };
  schedule(const std::vector<stage>& stages, std::uint64_t seed)
      : schedule(stages, seed, share{}) {}
  schedule(const std::vector<stage>& stages, std::uint64_t seed, share part);

  /// Nothing after the last. Times never decrease.
  std::optional<due_request> next();

  static std::chrono::nanoseconds length(const std::vector<stage>& stages);

 private:
  std::optional<due_request> next_of_all();
  void enter_next_stage();
  double gap();

  const std::vector<stage>& stages_;
  share part_;
  random_numbers random_;
  std::uint64_t number_ = 0;
  std::size_t stage_ = 0;
  double stage_start_ = 0;      // seconds after the start
  double expected_before_ = 0;  // requests expected before this stage
  double position_ = 0;         // the next request, in expected requests since the start
};

}  // namespace generator
