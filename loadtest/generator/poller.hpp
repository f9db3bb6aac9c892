// The kernel's readiness events with a fine timer. Owned by a worker, used by its thread alone, but
// for wake(). Must be made on the thread that waits: it takes the thread's timer slack away.
//
// epoll_pwait2 takes its timeout in nanoseconds, so that a due time costs no system call of its
// own. Measured here at 2,000 due times a second, in microseconds late, median and p90: 84 and 91
// with the kernel's default slack of 50 us; 31 and 50 without slack; 31 and 42 with a timerfd,
// which needs one more call each time. What is left is the wake-up itself; `spin` in the plan
// removes it, for CPU.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/epoll.h>

#include "loadtest/generator/connection.hpp"

namespace generator {

class poller {
 public:
  poller();
  ~poller();
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  static void take_slack_away();  ///< of the calling thread

  /// Events of `socket`, both ways and edge-triggered, come with `tag` until it is closed.
  void add(int socket, std::uint64_t tag);
  /// Returns at `until` at the latest.
  std::span<const epoll_event> wait(time_point until);
  /// Ends a wait, from any thread, also from a signal handler.
  void wake() const;

  static constexpr std::uint64_t wake_tag = ~std::uint64_t{0};

 private:
  int epoll_;
  int wake_;
  std::array<epoll_event, 256> events_;
};

}  // namespace generator
