#include "server/listener.hpp"

#include <chrono>
#include <new>

#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include "server/worker.hpp"

namespace server {

namespace {

// Long enough for descriptors to come free, short enough that nobody notices.
constexpr std::chrono::milliseconds accept_pause{100};

using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

}  // namespace

listener::listener(worker& owner, boost::asio::io_context& context,
                   const boost::asio::ip::tcp::endpoint& address)
    : owner_(owner), acceptor_(context.get_executor()), pause_(context) {
  acceptor_.open(address.protocol());
  acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
  acceptor_.set_option(reuse_port(true));
  acceptor_.bind(address);
  acceptor_.listen();
}

void listener::start() {
  acceptor_.async_accept(
      accepting_.keep([this](boost::system::error_code failure, tcp_socket socket) {
        accepted(failure, std::move(socket));
      }));
}

void listener::stop() {
  // Closing would reset the connections that wait in the backlog, with the requests they may carry.
  boost::system::error_code failure;
  acceptor_.non_blocking(true, failure);
  while (!failure) {
    tcp_socket waiting(acceptor_.get_executor());
    acceptor_.accept(waiting, failure);
    if (!failure) take(std::move(waiting));
  }
  boost::system::error_code ignored;  // the descriptor is gone whatever close() reports
  acceptor_.close(ignored);
  pause_.cancel();
}

void listener::accepted(boost::system::error_code failure, tcp_socket socket) {
  if (!acceptor_.is_open()) return;
  // A connection that was reset while it waited is nobody's error.
  if (failure && failure != boost::asio::error::connection_aborted) return back_off(failure);
  try {
    if (!failure) take(std::move(socket));
  } catch (const std::bad_alloc&) {
    return back_off(boost::asio::error::no_memory);
  }
  start();
}

void listener::take(tcp_socket socket) {
  boost::system::error_code unset;
  socket.non_blocking(true, unset);
  if (!unset) socket.set_option(boost::asio::ip::tcp::no_delay(true), unset);
  if (!unset) owner_.opened(std::move(socket));  // else the client is gone already
}

void listener::back_off(boost::system::error_code failure) {
  spdlog::error("accept: {}; trying again in {} ms", failure.message(), accept_pause.count());
  pause_.expires_after(accept_pause);
  pause_.async_wait(pausing_.keep([this](boost::system::error_code cancelled) {
    if (!cancelled && acceptor_.is_open()) start();
  }));
}

}  // namespace server
