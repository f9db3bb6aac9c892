// The whole server in the test's process, on a free port of loopback, with extra routes for tests.
#pragma once

#include <functional>
#include <memory>

#include "server/collections/store.hpp"
#include "server/config.hpp"
#include "server/http_server.hpp"
#include "server/ops/access_log.hpp"
#include "server/ops/health.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"

class running_server {
 public:
  /// `adjust` may change the settings, whose address is loopback and whose thread is one, and
  /// `extend` add routes. Started when the constructor returns; stopped by the destructor. With
  /// settings.access_log it has that, and the process's log, which the settings name.
  explicit running_server(
      const std::function<void(server::config&)>& adjust = [](server::config&) {},
      const std::function<void(server::router&)>& extend = [](server::router&) {});

  std::uint16_t port() const { return http_->port(); }
  server::http_server& http() { return *http_; }
  server::ops::statistics& counted() { return counted_; }
  arena::memory_budget& budget() { return budget_; }
  /// The sum over all threads of what `pick` returns for each thread_statistics.
  template <class Pick>
  std::uint64_t total(Pick pick) const {
    return counted_.total(pick);
  }

 private:
  server::config settings_;
  std::unique_ptr<server::ops::logging> log_;  // none without an access log
  std::unique_ptr<server::ops::access_log> accesses_;
  server::collections::store data_;
  server::ops::statistics counted_;
  server::ops::readiness ready_;
  arena::memory_budget budget_;
  server::router routes_;
  std::unique_ptr<server::http_server> http_;
};

/// All strategies, for parameterised tests.
inline constexpr server::memory_strategy all_strategies[] = {
    server::memory_strategy::arena, server::memory_strategy::heap,
    server::memory_strategy::new_delete, server::memory_strategy::monotonic,
    server::memory_strategy::pool};
