// Accepts on one io_context. Each thread has its own listener on the same port (SO_REUSEPORT), and
// the kernel spreads the connections. Owned by main; used by its io_context's thread alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace baseline {

class listener {
 public:
  // Binds and listens; throws boost::system::system_error. Port 0 picks one.
  listener(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint endpoint);

  boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }
  void start() { accept(); }

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace baseline
