#include "server/listener.hpp"

#include <cerrno>
#include <new>
#include <utility>

#include <boost/asio/error.hpp>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/effective_settings.hpp"

namespace server {

namespace {

// Long enough for descriptors to come free, short enough that nobody notices.
constexpr std::chrono::milliseconds accept_pause{100};

// More than clients open in a moment, and half a megabyte at most.
constexpr std::size_t kept_places = 1024;

// After so many the thread's connections have their turn.
constexpr int accepts_per_turn = 64;

// How many connections at a time are told that the server is full; more are closed without a word.
constexpr std::size_t refusals_max = 256;

using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

}  // namespace

listener::listener(service& accepted_by, poller& watcher, boost::asio::io_context& context,
                   const boost::asio::ip::tcp::endpoint& address)
    : service_(accepted_by),
      poller_(watcher),
      places_(kept_places),
      acceptor_(context.get_executor()),
      pause_(context) {
  acceptor_.open(address.protocol());
  acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
  acceptor_.set_option(reuse_port(true));
  // Connections have it from here; set on each it would be one call more.
  if (const std::size_t bytes = effective_receive_buffer(service_.settings()); bytes > 0)
    acceptor_.set_option(
        boost::asio::socket_base::receive_buffer_size(static_cast<int>(bytes / 2)));  // it doubles
  acceptor_.bind(address);
  acceptor_.listen();
  acceptor_.non_blocking(true);
}

void listener::start() {
  acceptor_.async_wait(boost::asio::socket_base::wait_read,
                       accepting_.keep([this](boost::system::error_code failure) {
                         if (!failure) accept_all();
                       }));
}

void listener::resume() {
  if (std::exchange(waits_for_room_, false) && acceptor_.is_open()) accept_all();
}

void listener::stop() noexcept {
  // Closing would reset the connections that wait in the backlog, with the requests they may carry.
  for (int i = 0; i < boost::asio::socket_base::max_listen_connections; ++i) {
    if (accept_one(admit())) break;
  }
  boost::system::error_code ignored;  // the descriptor is gone whatever close() reports
  acceptor_.close(ignored);
  pause_.cancel();
}

session::admission listener::admit() noexcept {
  return service_.try_take_place() ? session::admission::granted : session::admission::refused;
}

// A place is taken before the connection is, so that the threads together never take one too many.
void listener::accept_all() {
  for (int i = 0; i < accepts_per_turn; ++i) {
    const session::admission as = admit();
    waits_for_room_ =
        as == session::admission::refused && service_.settings().when_full == full_policy::wait;
    if (waits_for_room_) return;
    const boost::system::error_code failure = accept_one(as);
    if (failure == boost::asio::error::would_block) break;
    if (failure) return back_off(failure);
  }
  start();
}

// Gives the place back where no session has come to hold it.
boost::system::error_code listener::accept_one(session::admission as) noexcept {
  auto peer_bytes = static_cast<socklen_t>(peer_.capacity());
  const int socket =
      ::accept4(acceptor_.native_handle(), peer_.data(), &peer_bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
  boost::system::error_code failure;
  if (socket < 0) failure.assign(errno, boost::system::system_category());
  bool is_held = false;
  if (!failure) {
    peer_.resize(peer_bytes);
    try {
      is_held = take(socket, as);
    } catch (const std::bad_alloc&) {
      failure = boost::asio::error::no_memory;
    }
    if (!is_held) ::close(socket);
  }
  if (!is_held && as == session::admission::granted) service_.give_place_back();
  // A connection that was reset while it waited is nobody's error.
  return failure == boost::asio::error::connection_aborted ? boost::system::error_code() : failure;
}

// Whether a session has come of it, which has the socket then.
bool listener::take(int socket, session::admission as) {
  const bool is_refused = as == session::admission::refused;
  if (is_refused) service_.statistics().refused.add(1);
  const int on = 1;
  if (::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
    return false;  // the client is gone already
  if (is_refused && service_.refusals() >= refusals_max) return false;
  tcp_session& made = tcp_session::make(service_, poller_, places_, socket, peer_);
  if (!is_refused) service_.statistics().accepted.add(1);
  made.start(as);
  return true;
}

void listener::back_off(boost::system::error_code failure) {
  service_.statistics().accept_failures.add(1);
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_complaint_) {
    next_complaint_ = now + std::chrono::seconds(1);
    spdlog::error("accept: {}; trying again in {} ms", failure.message(), accept_pause.count());
  }
  pause_.expires_after(accept_pause);
  pause_.async_wait(pausing_.keep([this](boost::system::error_code cancelled) {
    if (!cancelled && acceptor_.is_open()) start();
  }));
}

}  // namespace server
