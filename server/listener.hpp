// Accepts a worker's connections. Each worker has its own listener on the same port (SO_REUSEPORT),
// and the kernel spreads connections over them. An error at accept never ends it.
// Used on the worker's thread only.
#pragma once

#include <chrono>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/operation_storage.hpp"
#include "server/recycler.hpp"
#include "server/service.hpp"
#include "server/tcp_session.hpp"

namespace server {

class listener {
 public:
  /// Binds and listens. Throws boost::system::system_error.
  /// Lifetime: `accepted_by` and `watcher`, which watches the sessions' sockets, must outlive the
  /// listener, and this the sessions.
  listener(service& accepted_by, poller& watcher, boost::asio::io_context& context,
           const boost::asio::ip::tcp::endpoint& address);

  void start();
  /// Goes on, if it stopped since the server was full and it no longer is.
  void resume();
  /// Takes the connections that wait in the backlog, then closes the socket.
  void stop() noexcept;
  /// The bound address, with the real port where 0 was asked for.
  boost::asio::ip::tcp::endpoint address() const { return acceptor_.local_endpoint(); }

 private:
  void accept_all();
  session::admission admit() noexcept;
  boost::system::error_code accept_one(session::admission as) noexcept;
  bool take(int socket, session::admission as);
  void back_off(boost::system::error_code failure);

  service& service_;
  poller& poller_;
  recycler places_;  // of sessions
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
      acceptor_;
  boost::asio::ip::tcp::endpoint peer_;
  boost::asio::steady_timer pause_;
  std::chrono::steady_clock::time_point next_complaint_{};
  bool waits_for_room_ = false;
  operation_storage<256> accepting_;
  operation_storage<256> pausing_;
};

}  // namespace server
