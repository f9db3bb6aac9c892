// Prometheus' text format 0.0.4, written straight to its end: into the segments of a response, so
// that a scrape calls no heap. Lives as long as one answer; knows the format, not what is counted.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "arena/segment_buffer.hpp"
#include "server/json/decimal.hpp"
#include "server/ops/histogram.hpp"

namespace server::ops {

struct label {
  std::string_view name;
  std::string_view value;  ///< any bytes: what must be escaped is
};
using labels = std::initializer_list<label>;

/// The upper end of a histogram's bucket, in the recorded unit and as its "le" label says it.
struct bucket_bound {
  std::uint64_t value;
  std::string_view text;
};

class exposition {
 public:
  enum class type { counter, gauge, histogram };

  /// Lifetime: `to` must outlive the exposition.
  explicit exposition(arena::segment_buffer& to) noexcept : to_(to) {}

  /// Begins the metric that the following samples are of. `help` holds no backslash and no line
  /// end. Lifetime: `name` must outlive those samples.
  void metric(std::string_view name, type kind, std::string_view help);

  template <std::unsigned_integral Number>
  void sample(labels of, Number value) {
    line("", of, {}, json::decimal(value));
  }
  void sample(labels of, double value);

  /// The samples of a histogram whose values are divided by `unit` for _sum. A value at most a
  /// sixteenth below a bound may be counted above it, none below a bound that it exceeds.
  void samples(labels of, const histogram& recorded, std::span<const bucket_bound> bounds,
               double unit);

 private:
  void line(std::string_view suffix, labels of, std::string_view le, std::string_view value);
  void put(const label& written, std::string_view before);

  arena::segment_buffer& to_;
  std::string_view name_;
};

}  // namespace server::ops
