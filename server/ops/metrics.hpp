// GET /metrics: what the server counts, for Prometheus. prometheus-cpp's core was considered, but
// its counters are atomics that all threads share and its serialiser returns strings on the heap,
// so the text is written here, straight into the response's segments in the request's memory.
#pragma once

#include "arena/memory_budget.hpp"
#include "server/config.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"

namespace server::ops {

/// What there is to tell of. Any thread reads it, without stopping those that write.
struct metrics_sources {
  const config& settings;
  const statistics& counted;
  const arena::memory_budget* budget = nullptr;  ///< null: there is none
  const logging* log = nullptr;                  ///< null: its losses are not told
};

/// Lifetime: what `sources` refers to must outlive the router.
void add_metrics(router& routes, const metrics_sources& sources);

}  // namespace server::ops
