#include "loadtest/baseline/listener.hpp"

#include <cstdio>
#include <memory>
#include <utility>

#include <boost/asio/detail/socket_option.hpp>
#include <sys/socket.h>

#include "loadtest/baseline/session.hpp"

namespace baseline {

namespace asio = boost::asio;
using asio::ip::tcp;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

listener::listener(asio::io_context& context, tcp::endpoint endpoint) : acceptor_(context) {
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.set_option(reuse_port(true));
  acceptor_.bind(endpoint);
  acceptor_.listen();
}

void listener::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {
      std::fprintf(stderr, "baseline-server: accept: %s\n", error.message().c_str());
    } else {
      boost::system::error_code ignored;  // a peer that has gone already fails in its first read
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<session>(std::move(socket))->start();
    }
    accept();
  });
}

}  // namespace baseline
