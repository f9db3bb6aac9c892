// One connection: waits without owning anything, leases memory when bytes arrive, reads, has the
// request answered, writes, releases. This is the request's life; the loop is in session.cpp.
// Owned by its worker; created, run and destroyed on the worker's thread, and it ends itself when
// the connection does. It never blocks, and has at most one asynchronous wait outstanding.
#pragma once

#include <array>
#include <cstddef>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/deadline_list.hpp"
#include "server/exchange.hpp"
#include "server/response_queue.hpp"

namespace server {

class worker;

/// A socket bound to its worker's io_context directly, without a type-erased executor.
using tcp_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class session final : public deadline_entry {
 public:
  /// Lifetime: `owner` must outlive the session.
  session(worker& owner, tcp_socket socket);
  ~session();

  void start();
  /// The worker's tick found the deadline passed.
  void expire() noexcept;
  /// The server stops: an idle connection ends now, one that a request has reached or that is busy
  /// after its response.
  void drain() noexcept;
  /// Ends now, whatever it is doing.
  void abort() noexcept;

 private:
  friend class worker;
  enum class phase : unsigned char { idle, reading_header, reading_body, writing, lingering };
  using progress = request_parser::progress;
  struct waiter;

  void wait(tcp_socket::wait_type what);
  void resume(boost::system::error_code failure);
  void enter(phase next) noexcept;

  void wait_for_request();
  void read();
  void wait_for_bytes();
  void answer_all(progress now);
  void answer_current();
  void refuse_current(const problem& wrong);
  void queue_current(response::connection after);
  progress begin_next();
  void write();
  void after_write();
  bool send_continue();
  void linger();
  void read_away();
  void answer_timeout();
  void end() noexcept;

  worker& owner_;
  tcp_socket socket_;
  exchange_ptr current_;  // being read; null while idle
  response_queue ready_;  // answered, waiting to be sent
  phase phase_ = phase::idle;
  bool current_is_complete_ = false;  // current_ has come in whole and waits for the pipeline
  bool expired_ = false;              // the tick has cancelled the wait
  bool closing_ = false;              // no further request is taken
  bool unread_input_ = false;         // the client may still be sending: linger when all is out
  // Where Asio keeps the one outstanding wait, so that waiting allocates nothing.
  alignas(std::max_align_t) std::array<std::byte, 160> operation_;
};

}  // namespace server
