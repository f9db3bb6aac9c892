// How much one query may cost: rows that it looks at, and time on the thread that others wait for.
// One a query, on the stack. The clock is looked at once for much work, not for each row.
#pragma once

#include <chrono>
#include <cstddef>

namespace server::collections {

/// The bounds of each query.
struct query_limits {
  std::size_t rows_max;
  std::chrono::milliseconds time_max;
};

/// Thrown where the time is over; caught where the query was begun.
struct out_of_time {};

class work_budget {
 public:
  explicit work_budget(std::chrono::milliseconds time_max) noexcept
      : end_(clock::now() + time_max) {}

  /// Counts work: a unit is about what comparing two values costs. Throws out_of_time.
  void spend(std::size_t units) {
    if (units < left_) [[likely]]
      left_ -= units;
    else
      look_at_the_clock();
  }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr std::size_t units_a_look = 1 << 16;  // about a millisecond's

  void look_at_the_clock() {
    left_ = units_a_look;
    if (clock::now() >= end_) throw out_of_time();
  }

  clock::time_point end_;
  std::size_t left_ = units_a_look;
};

}  // namespace server::collections
