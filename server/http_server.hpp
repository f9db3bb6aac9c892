// The server: workers on threads, started, drained and joined. What an embedding program owns.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "server/config.hpp"
#include "server/ops/health.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"
#include "server/worker.hpp"

namespace server {

/// For what all requests together may take: the hard mark by effective_memory_max beside
/// `data_bytes` of rows, the soft one at four fifths of it, where connections stop being kept and
/// large bodies are refused, so that what is left is there for small requests.
arena::memory_budget make_budget(const config& settings, std::size_t data_bytes = 0);
/// Sets these marks anew, for other rows. From any thread.
void adapt_budget(arena::memory_budget& budget, const config& settings,
                  std::size_t data_bytes) noexcept;

class http_server {
 public:
  /// Lifetime: all must outlive the server. The router must be complete. `budget` is shared by the
  /// threads; `log` may be null: then there is no line a request.
  http_server(const config& settings, const router& routes, ops::statistics& counted,
              ops::readiness& ready, arena::memory_budget& budget, ops::access_log* log = nullptr);
  /// Drains and waits.
  ~http_server();

  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// Binds and starts the threads; connections are taken when it returns.
  /// Throws std::runtime_error that says what is wrong, for instance that the port is taken.
  void start();
  /// The bound port; valid after start().
  std::uint16_t port() const noexcept { return port_; }
  /// Begins to stop: see worker::drain. From any thread.
  void drain();
  /// Returns when all threads have ended.
  void wait();
  /// Has `action` run once on each of the threads, between two turns, and returns when all have;
  /// one that has ended may leave it out, or run it when the server is destroyed. Throws what one
  /// of them threw. Not to be called by a handler. After start().
  void on_each_thread(const std::function<void()>& action);
  /// Returns when each handler that was running has returned: then nobody uses what was replaced
  /// before the call. Not to be called by a handler.
  void wait_for_turns();

 private:
  void bind_workers(boost::asio::ip::tcp::endpoint address);

  shared_state shared_;
  ops::statistics& counted_;
  ops::readiness& ready_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace server
