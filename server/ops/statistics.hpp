// What the server counts about itself. Each worker writes its own part, without locks or atomic
// read-modify-write; readers merge the parts at any time and may see a request half counted.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>

#include "arena/arena_pool.hpp"
#include "server/ops/histogram.hpp"
#include "server/router.hpp"

namespace server::ops {

/// One counter for each value of an enumeration that counts from 0.
template <class Kind, std::size_t Count>
class counters_by {
 public:
  counter& operator[](Kind kind) noexcept { return counters_[static_cast<std::size_t>(kind)]; }
  const counter& operator[](Kind kind) const noexcept {
    return counters_[static_cast<std::size_t>(kind)];
  }

 private:
  std::array<counter, Count> counters_;
};

// The names are those of the metrics' labels.
enum class method_class { get, head, post, other };
inline constexpr std::array<std::string_view, 4> method_class_names = {"GET", "HEAD", "POST",
                                                                       "other"};

enum class timeout { header, body, idle, write, body_rate, write_rate, drain };
inline constexpr std::array<std::string_view, 7> timeout_names = {
    "header", "body", "idle", "write", "body_rate", "write_rate", "drain"};

/// Where a request was when memory for it was refused; server_memory: the budget of all of them.
enum class refusal_stage { header, body, handler, server_memory };
inline constexpr std::array<std::string_view, 4> refusal_stage_names = {"header", "body", "handler",
                                                                        "server_memory"};

/// A response that is over: sent, or cut off.
struct answered {
  const route* matched = nullptr;  ///< null: malformed, unknown path or method
  http::verb method = http::verb::unknown;
  http::status status = http::status::ok;
  std::size_t memory_bytes = 0;  ///< used by request and response; 0 without arenas
  std::chrono::nanoseconds latency{};
  std::size_t bytes_sent = 0;
};

class endpoint_statistics {
 public:
  static constexpr std::size_t status_classes = 5;  // 1xx to 5xx

  void record(const answered& answer) noexcept;
  /// `status_class` from 1 to 5.
  std::uint64_t requests(method_class method, std::size_t status_class) const noexcept {
    return requests_[static_cast<std::size_t>(method)][status_class - 1].load();
  }
  std::uint64_t requests() const noexcept;

  histogram memory_bytes;
  histogram latency_nanoseconds;

 private:
  std::array<std::array<counter, status_classes>, method_class_names.size()> requests_;
};

/// A thread's arena pool, as of its latest tick.
struct memory_gauges {
  counter leased, idle, idle_bytes, leases, one_block_leases, upstream_allocations, trimmed_blocks;

  void publish(const arena::pool_statistics& now) noexcept;
};

/// A thread's open connections by what they are at, as of its latest tick.
struct connection_states {
  counter idle, reading, handling, writing, lingering;
};

class thread_statistics {
 public:
  explicit thread_statistics(std::size_t routes) : endpoints_(routes + 1) { turn(); }

  /// Adds bytes_sent to the thread's as well.
  void record(const answered& answer) noexcept;
  const endpoint_statistics& endpoint(std::size_t index) const noexcept {
    return endpoints_[index];
  }

  /// The thread has a turn now.
  void turn() noexcept;
  std::chrono::steady_clock::duration without_turn() const noexcept;

  counter connections;  ///< open now
  connection_states states;
  counter accepted;
  counter refused;  ///< since the server was full
  counter accept_failures;
  counters_by<timeout, timeout_names.size()> timeouts;
  counters_by<refusal_stage, refusal_stage_names.size()> budget_refusals;
  counter bytes_received;
  counter bytes_sent;  ///< by record(); what no request accounts for (100 Continue) is added here
  memory_gauges memory;

 private:
  counter latest_turn_ms_;                      // by the steady clock
  std::vector<endpoint_statistics> endpoints_;  // the last is for requests without a route
};

class statistics {
 public:
  /// A part for one more thread. Before the threads start. Lifetime: as the statistics'.
  thread_statistics& add_thread(const router& routes);

  const std::deque<thread_statistics>& threads() const noexcept { return threads_; }
  std::chrono::steady_clock::time_point started() const noexcept { return started_; }

  /// How long ago the thread turned that has not for longest; a moment where there is none.
  std::chrono::steady_clock::duration longest_without_turn() const noexcept;

  /// Names of the endpoints by index: "GET /items", at the end "unrouted".
  const std::vector<std::string>& endpoint_names() const noexcept { return endpoint_names_; }

  /// The sum of the numbers that `pick` returns for each thread_statistics.
  template <class Pick>
  std::uint64_t total(Pick pick) const {
    std::uint64_t sum = 0;
    for (const thread_statistics& thread : threads_) sum += pick(thread);
    return sum;
  }
  /// The requests of an endpoint on all threads.
  std::uint64_t requests(std::size_t endpoint) const;
  /// Replaces `merged` by what all threads recorded in that histogram of an endpoint.
  void merge(std::size_t endpoint, histogram endpoint_statistics::*which, histogram& merged) const;

 private:
  std::deque<thread_statistics> threads_;
  std::vector<std::string> endpoint_names_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// Allocating calls of the malloc family in this process, if a counter is preloaded that exports
/// heap_counter_allocations() (the load lab's does); else -1.
std::int64_t heap_calls() noexcept;

}  // namespace server::ops
