// One connection: waits without owning anything, leases memory when bytes arrive, reads, has the
// request answered, writes, releases. This is the request's life; the loop is in session.cpp.
// Owned by its worker; created, run and destroyed on the worker's thread, and it ends itself when
// the connection does. It never blocks, and has at most one asynchronous wait outstanding.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/deadline_list.hpp"
#include "server/exchange.hpp"
#include "server/operation_storage.hpp"
#include "server/response_queue.hpp"

namespace server {

class worker;

/// A socket bound to its worker's io_context directly, without a type-erased executor.
using tcp_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class session final : public deadline_entry {
 public:
  /// What the connection does next; it follows from what it holds (see next_phase).
  enum class phase : unsigned char {
    idle,            ///< between requests: nothing is held
    reading_header,  ///< of current_
    reading_body,    ///< of current_
    answering,       ///< current_ has come in whole
    writing,         ///< what is ready
    lingering        ///< our side is shut down; what the client still sends is read away
  };

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
  enum class action { step, wait_read, wait_write, end };
  using progress = request_parser::progress;

  void resume(boost::system::error_code failure);
  void run();
  action step();
  action read();
  action answer();
  action write();
  action linger();
  action wait_for_bytes();
  void wait(boost::asio::socket_base::wait_type what);
  void end() noexcept;

  void begin_exchange();
  void parsed(progress now);
  void answer_current();
  void refuse_current(const problem& wrong);
  void queue_current(response::connection after);
  bool pipeline_is_full() const noexcept;
  phase next_phase() const noexcept;
  void enter(phase next) noexcept;

  worker& owner_;
  tcp_socket socket_;
  exchange_ptr current_;  // being read or answered; null while idle
  response_queue ready_;  // answered, waiting to be sent
  // What clients asked last says how large the next request will be: connections have habits.
  std::size_t asked_last_ = 0;  // the route's index plus 1; 0 for none
  phase phase_ = phase::idle;
  bool closing_ = false;         // no further request is taken
  bool expired_ = false;         // the tick has cancelled the wait
  bool deadline_is_due_ = true;  // the next wait sets the phase's deadline
  operation_storage<160> waiting_;
};

}  // namespace server
