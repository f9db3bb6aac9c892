// What the server counts about itself. Each worker writes its own part, without locks or atomic
// read-modify-write; readers merge the parts at any time and may see a request half counted.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/beast/http/status.hpp>

#include "arena/arena_pool.hpp"
#include "server/ops/histogram.hpp"
#include "server/router.hpp"

namespace server::ops {

struct endpoint_statistics {
  std::array<counter, 6> by_status_class;  ///< at [1] to [5]: 1xx to 5xx
  histogram memory_bytes;                  ///< used by request and response; 0 without arenas
};

/// A thread's arena pool, as of its latest tick.
struct memory_gauges {
  counter leased, idle, idle_bytes, upstream_allocations, trimmed_blocks;

  void publish(const arena::pool_statistics& now) noexcept;
};

class thread_statistics {
 public:
  explicit thread_statistics(std::size_t routes) : endpoints_(routes + 1) {}

  /// `matched` is null for requests without a route: malformed, unknown path or method.
  void record(const route* matched, boost::beast::http::status status,
              std::size_t memory_bytes) noexcept;
  const endpoint_statistics& endpoint(std::size_t index) const noexcept {
    return endpoints_[index];
  }

  counter connections;  ///< open now
  memory_gauges memory;

 private:
  std::deque<endpoint_statistics> endpoints_;  // the last is for requests without a route
};

class statistics {
 public:
  /// A part for one more thread. Before the threads start. Lifetime: as the statistics'.
  thread_statistics& add_thread(const router& routes);

  const std::deque<thread_statistics>& threads() const noexcept { return threads_; }
  std::chrono::steady_clock::time_point started() const noexcept { return started_; }

  /// Names of the endpoints by index: "GET /items", at the end "unrouted".
  const std::vector<std::string>& endpoint_names() const noexcept { return endpoint_names_; }

 private:
  std::deque<thread_statistics> threads_;
  std::vector<std::string> endpoint_names_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Allocating calls of the malloc family in this process, if a counter is preloaded that exports
/// heap_counter_allocations() (the load lab's does); else -1.
std::int64_t heap_calls() noexcept;

}  // namespace server::ops
