// What is counted during a run. Each worker owns one and alone writes to it; the thread that shows
// the progress reads it meanwhile; at the end they are merged. Every request that was scheduled is
// in `latency` exactly once, a failed one with the time it had when it failed.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "loadtest/generator/histogram.hpp"

namespace generator {

enum class failure { connect, closed, timeout, status, length, syntax };
inline constexpr std::array<std::string_view, 6> failure_names = {"connect", "closed", "timeout",
                                                                  "status",  "length", "syntax"};

/// What became of the requests of one group: all, those of one kind, those of one stage.
struct outcomes {
  counter scheduled, answered;  ///< answered: wholly and as expected
  std::array<counter, failure_names.size()> failures;
  histogram latency;  ///< from the due time to the last byte, or to the failure

  std::uint64_t failed() const;
  void merge(const outcomes& other);
};

struct tally {
  tally(std::size_t kind_count, std::size_t stage_count) : kinds(kind_count), stages(stage_count) {}
  void merge(const tally& other);

  outcomes total;
  std::vector<outcomes> kinds, stages;
  histogram service;   ///< from the actual sending to the last byte; not of requests never sent
  histogram lateness;  ///< of the generator itself: noticing a due time minus the due time
  counter connections_opened, connections_lost, waiting_most, bytes_received;
  counter last_answer;  ///< nanoseconds after the start
  counter user_us, system_us;
};

}  // namespace generator
