// A session on a TCP socket. All that is asynchronous about a connection stands here.
// Owned by its worker, on whose thread it lives; it ends itself when the connection does.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "server/operation_storage.hpp"
#include "server/poller.hpp"
#include "server/recycler.hpp"
#include "server/session.hpp"

namespace server {

class tcp_session final : public session, private poller::entry {
 public:
  using address = boost::asio::ip::tcp::endpoint;

  /// A session in a place of `places`, which it gives back at its end. It takes `socket`, which
  /// does not block, and closes it. Throws std::bad_alloc, and has taken nothing then. Lifetime:
  /// `owner`, `watcher` and `places` must outlive the session.
  static tcp_session& make(service& owner, poller& watcher, recycler& places, int socket,
                           const address& peer);

  ~tcp_session() override;

  std::string_view remote(std::span<char> room) const noexcept override;

 private:
  tcp_session(service& owner, poller& watcher, recycler& places, int socket,
              const address& peer) noexcept
      : session(owner), entry(socket), poller_(watcher), places_(places), peer_(peer) {}

  std::size_t read_some(std::span<char> into, error_code& failure) override;
  std::size_t write_some(std::span<const boost::asio::const_buffer> from,
                         error_code& failure) override;
  void shut_down(error_code& failure) override;
  bool has_unread() noexcept override;
  void wait(readiness what) override;
  void cancel_wait() noexcept override;
  void resume_soon() noexcept override { resume_soon({}); }
  void close() noexcept override;
  void destroy() noexcept override;

  void ready() override { resume({}); }
  void resume_soon(error_code why) noexcept;

  poller& poller_;
  recycler& places_;
  address peer_;
  bool is_open_ = true;
  operation_storage<128> resuming_;
};

}  // namespace server
