// One thread of the server: its io_context, its listener, its memory and its sessions. Nothing of
// it is shared with other threads but what drain() and the statistics say.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/config.hpp"
#include "server/deadline_list.hpp"
#include "server/listener.hpp"
#include "server/ops/statistics.hpp"
#include "server/request_memory.hpp"
#include "server/router.hpp"
#include "server/session.hpp"

namespace server {

class worker {
 public:
  /// Binds at once, and throws boost::system::system_error if it cannot.
  /// Lifetime: everything given must outlive the worker.
  worker(const config& settings, const router& routes, ops::thread_statistics& statistics,
         const boost::asio::ip::tcp::endpoint& address);
  ~worker();

  /// Serves until drained; to be called on the worker's thread.
  void run();
  /// Stops accepting, ends idle connections, and the others after the response they work on, or at
  /// the drain timeout. From any thread.
  void drain();
  boost::asio::ip::tcp::endpoint address() const { return listener_.address(); }

  // What sessions and the listener ask for, on the worker's thread.
  void opened(tcp_socket socket);
  void closed(session& ended) noexcept;
  memory_source& memory() noexcept { return *memory_; }
  const limits& bounds() const noexcept { return settings_.bounds; }
  const router& routes() const noexcept { return routes_; }
  bool draining() const noexcept { return draining_; }
  /// Coarse: the Date field's value, as of the latest tick.
  std::string_view date() const noexcept { return {date_.data(), date_.size()}; }
  std::chrono::milliseconds timeout_of(session::phase phase) const noexcept;
  /// Room for bytes that nobody will read.
  std::span<char> scratch() noexcept { return scratch_; }
  void record(const exchange& answered) noexcept;

 private:
  void schedule_tick();
  void tick();
  void update_clocks();
  void begin_drain();
  void stop_if_done() noexcept;

  const config& settings_;
  const router& routes_;
  ops::thread_statistics& statistics_;
  boost::asio::io_context context_;
  std::unique_ptr<memory_source> memory_;
  deadline_list sessions_;
  std::size_t session_count_ = 0;
  listener listener_;
  boost::asio::steady_timer ticker_;
  operation_storage<256> ticking_;
  std::chrono::steady_clock::time_point now_;
  std::chrono::steady_clock::time_point next_trim_;
  std::chrono::steady_clock::time_point drain_deadline_;
  std::array<char, 29> date_;
  bool draining_ = false;
  std::array<char, std::size_t{16} << 10> scratch_;
};

}  // namespace server
