// A session on a TCP socket. All that is asynchronous about a connection stands here.
// Owned by its worker, on whose thread it lives; it ends itself when the connection does.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/operation_storage.hpp"
#include "server/recycler.hpp"
#include "server/session.hpp"

namespace server {

/// A socket bound to its worker's io_context directly, without a type-erased executor.
using tcp_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

class tcp_session final : public session {
 public:
  using address = boost::asio::ip::tcp::endpoint;

  /// A session in a place of `places`, which it gives back at its end. `socket` does not block.
  /// Throws std::bad_alloc. Lifetime: `owner` and `places` must outlive the session.
  static tcp_session& make(service& owner, recycler& places, tcp_socket socket,
                           const address& peer);

  std::string_view remote(std::span<char> room) const noexcept override;

 private:
  tcp_session(service& owner, recycler& places, tcp_socket socket, const address& peer) noexcept
      : session(owner), places_(places), socket_(std::move(socket)), peer_(peer) {}

  std::size_t read_some(std::span<char> into, error_code& failure) override;
  std::size_t write_some(std::span<const boost::asio::const_buffer> from,
                         error_code& failure) override;
  void shut_down(error_code& failure) override;
  bool has_unread() noexcept override;
  void wait(readiness what) override;
  void cancel_wait() noexcept override;
  void resume_soon() noexcept override;
  void close() noexcept override;
  void destroy() noexcept override;

  recycler& places_;
  tcp_socket socket_;
  address peer_;
  operation_storage<160> waiting_;
};

}  // namespace server
