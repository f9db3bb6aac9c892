// What the sessions of one thread share: settings, routes, memory, clock, counters, and the list of
// themselves. Owned by its worker, or by a test; used on one thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string_view>

#include "arena/memory_budget.hpp"
#include "server/config.hpp"
#include "server/deadline_list.hpp"
#include "server/ops/access_log.hpp"
#include "server/ops/health.hpp"
#include "server/ops/statistics.hpp"
#include "server/request_memory.hpp"
#include "server/router.hpp"
#include "server/session.hpp"

namespace server {

/// What the threads of a server share. Lifetime: it and what it refers to outlive them.
struct shared_state {
  const config& settings;
  const router& routes;
  const ops::readiness& ready;
  arena::memory_budget& budget;  ///< of the blocks of all arenas
  ops::access_log* log;          ///< null: no line a request
  /// Places that are taken. Touched when connections begin and end, never by requests.
  std::atomic<std::size_t> connections = 0;
};

class service {
 public:
  using clock = deadline_entry::clock;

  /// `on_closed` is called after each session that ended. Lifetime: all must outlive the service.
  service(
      shared_state& shared, ops::thread_statistics& statistics,
      std::function<void()> on_closed = [] {});
  /// No session may be left.
  ~service() = default;
  service(const service&) = delete;
  service& operator=(const service&) = delete;

  // For sessions.
  memory_source& memory() noexcept { return *memory_; }
  const limits& bounds() const noexcept { return shared_.settings.bounds; }
  const router& routes() const noexcept { return shared_.routes; }
  bool draining() const noexcept { return draining_; }
  /// Whether connections go on behind a response: not once a drain is announced, nor while memory
  /// is short.
  bool keeps_connections() const noexcept {
    return !draining_ && shared_.ready.ready() && !shared_.budget.over_soft();
  }
  /// Server and Date as they go on the wire, as of the latest tick.
  std::string_view common_fields() const noexcept {
    return {common_fields_.data(), common_fields_.size()};
  }
  std::chrono::milliseconds timeout_of(session::phase phase) const noexcept;
  /// Bytes a second that must be moved in this phase; 0: any.
  std::size_t rate_of(session::phase phase) const noexcept;
  /// Room for bytes that nobody will read.
  std::span<char> scratch() noexcept { return scratch_; }
  /// Reads the clock, for now().
  void begin_turn() noexcept { now_ = clock::now(); }
  clock::time_point now() const noexcept { return now_; }

  void opened(session& begun, session::admission as) noexcept;
  void closed(session::admission as) noexcept;
  /// What no response accounts for.
  void sent(std::size_t bytes) noexcept { statistics_.bytes_sent.add(bytes); }
  void received(std::size_t bytes) noexcept { statistics_.bytes_received.add(bytes); }
  void timed_out(session::phase phase, bool is_too_slow) noexcept;
  /// When a connection that begins now is to end.
  clock::time_point retirement() noexcept;
  /// A request got no memory.
  void refused(ops::refusal_stage stage) noexcept { statistics_.budget_refusals[stage].add(1); }
  /// A response has left, or was cut after `bytes`: counts it, and writes the access log's line.
  void answered(const session& by, const exchange& one, std::size_t bytes,
                ops::access_entry::completeness how) noexcept;

  // For the worker.
  /// To be called some times a second: clocks, deadlines, memory and gauges.
  void tick() noexcept;
  void begin_drain() noexcept;
  /// Ends all sessions but those whose handler answers later, which end when it has.
  void abort_all() noexcept;
  std::size_t sessions() const noexcept { return session_count_; }
  /// How many of them are told that the server is full.
  std::size_t refusals() const noexcept { return refusals_; }
  /// Takes a place for one more connection, which closed() gives back. False: there is none.
  bool try_take_place() noexcept;
  void give_place_back() noexcept { shared_.connections.fetch_sub(1, std::memory_order_relaxed); }
  ops::thread_statistics& statistics() noexcept { return statistics_; }
  const config& settings() const noexcept { return shared_.settings; }

 private:
  void update_date() noexcept;
  void publish() noexcept;

  static constexpr std::size_t common_fields_bytes = 59;

  shared_state& shared_;
  ops::thread_statistics& statistics_;
  std::function<void()> on_closed_;
  std::unique_ptr<memory_source> memory_;
  deadline_list sessions_;
  std::size_t session_count_ = 0;
  std::size_t refusals_ = 0;
  const std::size_t connections_max_;
  std::minstd_rand ages_;  // any numbers do, if they differ
  clock::time_point now_;
  clock::time_point next_trim_;
  std::array<char, common_fields_bytes> common_fields_;
  bool draining_ = false;
  std::array<char, std::size_t{16} << 10> scratch_;
};

}  // namespace server
