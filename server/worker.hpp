// One thread of the server: its io_context, its poller, its listener, its service and the tick that
// these live by. Nothing of it is shared with other threads but what drain() and after_turn() say.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/listener.hpp"
#include "server/operation_storage.hpp"
#include "server/poller.hpp"
#include "server/service.hpp"

namespace server {

class worker {
 public:
  /// Binds at once, and throws boost::system::system_error if it cannot.
  /// Lifetime: `shared` and `statistics` must outlive the worker.
  worker(shared_state& shared, ops::thread_statistics& statistics,
         const boost::asio::ip::tcp::endpoint& address);
  ~worker();

  /// Serves until drained; to be called on the worker's thread.
  void run();
  /// Stops accepting, ends idle connections, and the others after the response they work on, or at
  /// the drain timeout. From any thread.
  void drain();
  /// Has `action` called between two turns, unless the worker ends before. From any thread.
  void after_turn(std::function<void()> action);
  /// Whether run() has returned. From any thread.
  bool has_ended() const noexcept { return has_ended_; }
  boost::asio::ip::tcp::endpoint address() const { return listener_.address(); }

 private:
  void schedule_tick();
  void tick();
  void begin_drain();
  void stop_if_done() noexcept;

  // Only the worker's thread does I/O here; other threads do no more than post to it.
  boost::asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  service service_;
  poller poller_;
  listener listener_;
  boost::asio::steady_timer ticker_;
  operation_storage<256> ticking_;
  std::chrono::steady_clock::time_point drain_deadline_;
  std::atomic<bool> has_ended_ = false;
};

}  // namespace server
