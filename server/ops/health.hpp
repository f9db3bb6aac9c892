// Whether the process lives and whether it wants traffic: GET /livez and GET /readyz.
#pragma once

#include <atomic>

#include "server/router.hpp"

namespace server::ops {

/// Set by the server, read by any thread.
class readiness {
 public:
  void set(bool ready) noexcept { ready_.store(ready, std::memory_order_relaxed); }
  bool ready() const noexcept { return ready_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> ready_{false};
};

/// Lifetime: `ready` must outlive the router.
void add_health(router& routes, const readiness& ready);

}  // namespace server::ops
