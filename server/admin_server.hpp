// Health, statistics and metrics on a port of their own: on a thread, with connections and memory
// that no traffic can use up, so that who watches the server is answered at once however busy it
// is, and who uses it need not see them. Owned by the program, which starts it.
#pragma once

#include <cstdint>
#include <functional>

#include "arena/memory_budget.hpp"
#include "server/config.hpp"
#include "server/http_server.hpp"
#include "server/ops/health.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"

namespace server {

class admin_server {
 public:
  /// Serves what `add_routes` adds on settings.admin_port, which is set. Lifetime: what the routes
  /// refer to must outlive the server.
  admin_server(const config& settings, const std::function<void(router&)>& add_routes);

  /// As http_server::start().
  void start() { http_.start(); }
  /// The bound port; valid after start().
  std::uint16_t port() const noexcept { return http_.port(); }

 private:
  const config settings_;
  router routes_;
  ops::statistics counted_;  // its own requests are nobody's concern
  ops::readiness ready_;
  arena::memory_budget budget_;
  http_server http_;
};

}  // namespace server
