// Whether the process lives and whether it wants traffic: GET /livez and GET /readyz.
#pragma once

#include <atomic>
#include <chrono>

#include "server/ops/statistics.hpp"
#include "server/router.hpp"

namespace server::ops {

/// Set by the server, read by any thread.
class readiness {
 public:
  void set(bool ready) noexcept { ready_.store(ready, std::memory_order_release); }
  bool ready() const noexcept { return ready_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> ready_{false};
};

/// Longer without a turn than any handler should keep a thread, or a machine a process: it hangs.
inline constexpr std::chrono::seconds stall_min{30};

/// While the server is ready, both want of each thread that it had a turn within `stall`.
/// Lifetime: `ready` and `counted` must outlive the router.
void add_health(router& routes, const readiness& ready, const statistics& counted,
                std::chrono::milliseconds stall = stall_min);

}  // namespace server::ops
