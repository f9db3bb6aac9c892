#include "server/tcp_session.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace server {

namespace {

// As many as a session gathers.
constexpr std::size_t buffers_max = 64;

// Of a system call that moves bytes; the end of the stream is the reader's to tell.
std::size_t moved(ssize_t result, boost::system::error_code& failure) noexcept {
  if (result >= 0) {
    failure = {};
    return static_cast<std::size_t>(result);
  }
  failure.assign(errno, boost::system::system_category());
  return 0;
}

}  // namespace

tcp_session& tcp_session::make(service& owner, poller& watcher, recycler& places, int socket,
                               const address& peer) {
  static_assert(alignof(tcp_session) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  void* const place = places.take(sizeof(tcp_session));
  auto* const made = ::new (place) tcp_session(owner, watcher, places, socket, peer);
  try {
    watcher.add(*made);
  } catch (...) {
    made->is_open_ = false;
    made->destroy();
    throw;
  }
  return *made;
}

tcp_session::~tcp_session() {
  assert(!waits());  // or it would be resumed
  close();
}

void tcp_session::destroy() noexcept {
  recycler& places = places_;
  std::destroy_at(this);
  places.give_back(this);
}

std::size_t tcp_session::read_some(std::span<char> into, error_code& failure) {
  const std::size_t bytes = moved(::recv(descriptor(), into.data(), into.size(), 0), failure);
  if (bytes == 0 && !failure) failure = boost::asio::error::eof;
  return bytes;
}

std::size_t tcp_session::write_some(std::span<const boost::asio::const_buffer> from,
                                    error_code& failure) {
  if (from.size() == 1)
    return moved(::send(descriptor(), from[0].data(), from[0].size(), MSG_NOSIGNAL), failure);
  std::array<iovec, buffers_max> pieces;
  const std::size_t count = std::min(from.size(), pieces.size());
  for (std::size_t i = 0; i < count; ++i)
    pieces[i] = {.iov_base = const_cast<void*>(from[i].data()), .iov_len = from[i].size()};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  return moved(::sendmsg(descriptor(), &message, MSG_NOSIGNAL), failure);
}

void tcp_session::shut_down(error_code& failure) {
  moved(::shutdown(descriptor(), SHUT_WR), failure);
}

bool tcp_session::has_unread() noexcept {
  int bytes = 0;  // stays so where the connection is broken: then there is nothing to answer
  ::ioctl(descriptor(), FIONREAD, &bytes);
  return bytes > 0;
}

void tcp_session::wait(readiness what) {
  poller_.wait(
      *this, what == readiness::to_read ? poller::readiness::to_read : poller::readiness::to_write);
}

void tcp_session::cancel_wait() noexcept {
  if (!waits()) return;
  poller_.cancel(*this);
  resume_soon(boost::asio::error::operation_aborted);
}

// While nothing is waited for, so that it happens once.
void tcp_session::resume_soon(error_code why) noexcept {
  boost::asio::post(poller_.get_executor(), resuming_.keep([this, why] { resume(why); }));
}

void tcp_session::close() noexcept {
  if (!std::exchange(is_open_, false)) return;
  cancel_wait();
  poller_.forget(*this);
  ::close(descriptor());
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
