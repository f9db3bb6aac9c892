// The server: workers on threads, started, drained and joined. What an embedding program owns.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "server/config.hpp"
#include "server/ops/health.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"
#include "server/worker.hpp"

namespace server {

class http_server {
 public:
  /// Lifetime: all four must outlive the server. The router must be complete.
  http_server(const config& settings, const router& routes, ops::statistics& counted,
              ops::readiness& ready);
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

 private:
  void bind_workers(boost::asio::ip::tcp::endpoint address);

  const config& settings_;
  const router& routes_;
  ops::statistics& counted_;
  ops::readiness& ready_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace server
