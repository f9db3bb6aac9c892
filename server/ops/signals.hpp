// What the process does at a signal: SIGTERM and SIGINT drain it, a second one ends it at once,
// SIGHUP reloads its data. Until it has any, SIGTERM and SIGINT end it, and SIGHUP waits. Owned by
// main, on the thread that runs its context.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace server::ops {

struct signal_actions {
  std::chrono::milliseconds drain_delay;  ///< from SIGTERM to `drain`; SIGINT has none
  std::function<void()> announce_drain;   ///< at once, so that balancers look elsewhere
  std::function<void()> drain;
  std::function<void()> reload;  ///< on a thread of its own, one at a time
};

/// What signals do while data is loaded: nobody is served yet, so SIGTERM and SIGINT end the
/// process at once and with 0, where process 1 of a container would ignore them; its last line is
/// plain text whatever the log's format, and lines that are queued are lost. To be made before any
/// other thread, so that SIGHUP waits in all of them.
class signals_of_start {
 public:
  signals_of_start();
  /// SIGHUP is delivered from now on, to this thread; `signals` must be there.
  void end();
};

class signals {
 public:
  signals(boost::asio::io_context& context, signal_actions actions);
  /// Waits for a reload that is under way.
  ~signals();

  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

 private:
  void wait_for_stop();
  void wait_for_reload();
  void stop(int number);
  void reload();

  boost::asio::io_context& context_;
  signal_actions actions_;
  boost::asio::signal_set stops_;
  boost::asio::signal_set reloads_;
  boost::asio::steady_timer delay_;
  std::optional<std::chrono::steady_clock::time_point> first_stop_;
  std::thread reloading_;
  bool is_reloading_ = false;
  bool reloads_again_ = false;  // a signal came meanwhile
};

}  // namespace server::ops
