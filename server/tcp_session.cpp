#include "server/tcp_session.hpp"

#include <memory>
#include <new>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace server {

tcp_session& tcp_session::make(service& owner, recycler& places, tcp_socket socket,
                               const address& peer) {
  static_assert(alignof(tcp_session) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  void* const place = places.take(sizeof(tcp_session));
  return *::new (place) tcp_session(owner, places, std::move(socket), peer);
}

void tcp_session::destroy() noexcept {
  recycler& places = places_;
  std::destroy_at(this);
  places.give_back(this);
}

std::size_t tcp_session::read_some(std::span<char> into, error_code& failure) {
  return socket_.read_some(boost::asio::mutable_buffer(into.data(), into.size()), failure);
}

std::size_t tcp_session::write_some(std::span<const boost::asio::const_buffer> from,
                                    error_code& failure) {
  if (from.size() == 1) return socket_.write_some(from.front(), failure);
  return socket_.write_some(from, failure);
}

void tcp_session::shut_down(error_code& failure) {
  socket_.shutdown(tcp_socket::shutdown_send, failure);
}

bool tcp_session::has_unread() noexcept {
  error_code failure;  // the connection is broken: then there is nothing to answer
  return socket_.available(failure) > 0;
}

void tcp_session::wait(readiness what) {
  socket_.async_wait(what == readiness::to_read ? tcp_socket::wait_read : tcp_socket::wait_write,
                     waiting_.keep([this](error_code failure) { resume(failure); }));
}

void tcp_session::cancel_wait() noexcept {
  error_code ignored;  // cancelling a wait on an open socket does not fail
  socket_.cancel(ignored);
}

// While nothing is waited for, so that the storage of the wait is free.
void tcp_session::resume_soon() noexcept {
  boost::asio::post(socket_.get_executor(), waiting_.keep([this] { resume({}); }));
}

void tcp_session::close() noexcept {
  error_code ignored;  // the descriptor is gone whatever close() reports
  socket_.close(ignored);
}

std::string_view tcp_session::remote(std::span<char> room) const noexcept {
  const bool is_v4 = peer_.address().is_v4();
  const auto* const raw = peer_.data();
  const void* const bytes =
      is_v4 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(raw)->sin_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(raw)->sin6_addr);
  const char* const text = ::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes, room.data(),
                                       static_cast<socklen_t>(room.size()));
  return text != nullptr ? text : "-";
}

}  // namespace server
