// Accepts a worker's connections. Each worker has its own listener on the same port (SO_REUSEPORT),
// and the kernel spreads connections over them. An error at accept never ends it.
// Used on the worker's thread only.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/session.hpp"

namespace server {

class worker;

class listener {
 public:
  /// Binds and listens. Throws boost::system::system_error.
  listener(worker& owner, boost::asio::io_context& context,
           const boost::asio::ip::tcp::endpoint& address);

  void start();
  /// Takes the connections that wait in the backlog, then closes the socket.
  /// Throws std::bad_alloc where there is no memory for them.
  void stop();
  /// The bound address, with the real port where 0 was asked for.
  boost::asio::ip::tcp::endpoint address() const { return acceptor_.local_endpoint(); }

 private:
  void accepted(boost::system::error_code failure, tcp_socket socket);
  void take(tcp_socket socket);
  void back_off(boost::system::error_code failure);

  worker& owner_;
  boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
      acceptor_;
  boost::asio::steady_timer pause_;
  operation_storage<512> accepting_;
  operation_storage<256> pausing_;
};

}  // namespace server
