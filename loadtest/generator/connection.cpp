#include "loadtest/generator/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace generator {
namespace {

constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
// The kernel doubles it for its own bookkeeping. Not less: loopback's segments have 64 KiB, and a
// sender whom no window ever lets send half of one waits for timers of 200 ms and more.
constexpr int slow_reader_buffer_bytes = 64 << 10;

void set(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

}  // namespace

// Twenty pieces a second are smooth enough for a slow client and cheap enough for thousands.
void connection::pace::set(std::uint64_t bytes_per_s) {
  constexpr std::uint64_t pieces_per_s = 20;
  next.reset();
  piece_bytes = 0;
  if (bytes_per_s == 0) return;
  piece_bytes = static_cast<std::size_t>(std::max<std::uint64_t>(1, bytes_per_s / pieces_per_s));
  gap = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * static_cast<double>(piece_bytes) /
                                                           static_cast<double>(bytes_per_s)));
}

bool connection::open(const endpoint& server, int receive_buffer_bytes) {
  close();
  socket_ = ::socket(server.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return false;
  set(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
  if (receive_buffer_bytes > 0) set(socket_, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
  if (::connect(socket_, server.generic(), server.length) != 0 && errno != EINPROGRESS) {
    const int reason = errno;
    close();
    errno = reason;
    return false;
  }
  state_ = state::connecting;
  answers_ = 0;
  ++openings_;
  is_broken_ = awaits_close_ = has_small_buffer_ = false;
  return true;
}

void connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  state_ = state::down;
  unsent_ = {};
  write_pace_.next.reset();
  read_pace_.next.reset();
}

void connection::send(const exchange& request, const request_kind& kind, std::string_view bytes,
                      response_parser::body_kind answer) {
  request_ = request;
  kind_ = &kind;
  unsent_ = bytes;
  parser_.restart(answer);
  state_ = state::busy;
  awaits_close_ = false;
  write_pace_.set(kind.write_bytes_per_s);
  read_pace_.set(kind.read_bytes_per_s);
  if (kind.read_bytes_per_s != 0) {
    set(socket_, SOL_SOCKET, SO_RCVBUF, slow_reader_buffer_bytes);
    has_small_buffer_ = true;
    read_pace_.next = request.sent;
  }
  if (write_pace_.piece_bytes != 0) {
    write_pace_.next = request.sent + write_pace_.gap;
    write(write_pace_.piece_bytes);
  } else {
    write(unbounded);
  }
}

connection::turn connection::on_ready(std::uint32_t epoll_events, std::vector<char>& scratch) {
  if (state_ == state::connecting) return on_connecting();
  if (state_ == state::down) return turn::none;
  const bool may_write = (epoll_events & EPOLLOUT) != 0;
  if (may_write && !unsent_.empty() && write_pace_.piece_bytes == 0) write(unbounded);
  const bool has_ended = (epoll_events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  if (!has_ended && (epoll_events & EPOLLIN) == 0) return turn::none;
  if (has_ended) is_broken_ = true;  // it is told once, and an answer may still come before it
  if (state_ == state::busy && read_pace_.piece_bytes != 0) return turn::none;
  return read(scratch, unbounded, has_ended);
}

connection::turn connection::on_connecting() {
  int failure = 0;
  socklen_t length = sizeof failure;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &failure, &length);
  if (failure != 0) {
    close();
    errno = failure;
    return turn::refused;
  }
  state_ = state::idle;
  return turn::connected;
}

std::optional<time_point> connection::pace_at() const {
  if (!write_pace_.next || !read_pace_.next) {
    return write_pace_.next ? write_pace_.next : read_pace_.next;
  }
  return std::min(*write_pace_.next, *read_pace_.next);
}

connection::turn connection::on_pace(time_point now, std::vector<char>& scratch) {
  if (write_pace_.next && *write_pace_.next <= now) {
    *write_pace_.next += write_pace_.gap;
    write(write_pace_.piece_bytes);
    if (unsent_.empty()) write_pace_.next.reset();
  }
  if (!read_pace_.next || *read_pace_.next > now) return turn::none;
  *read_pace_.next += read_pace_.gap;
  return read(scratch, read_pace_.piece_bytes, false);
}

// What cannot be sent now is sent when the socket can take it. An end is told by the read side,
// where an answer that the server sent before it may still wait.
void connection::write(std::size_t bytes_max) {
  std::size_t left = std::min(bytes_max, unsent_.size());
  while (left > 0) {
    const ssize_t sent = ::send(socket_, unsent_.data(), left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      if (errno == EAGAIN) return;
      is_broken_ = true;
      unsent_ = {};
      write_pace_.next.reset();
      return;
    }
    unsent_.remove_prefix(static_cast<std::size_t>(sent));
    left -= static_cast<std::size_t>(sent);
  }
}

// A short read means that the socket is empty, unless an end was announced: it must be met then,
// since the edge is not told twice.
connection::turn connection::read(std::vector<char>& scratch, std::size_t bytes_max,
                                  bool has_ended) {
  const std::size_t room = std::min(bytes_max, scratch.size());
  std::size_t left = bytes_max;
  while (left > 0) {
    const std::size_t wanted = std::min(room, left);
    const ssize_t got = ::recv(socket_, scratch.data(), wanted, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return turn::none;
    if (got <= 0) return on_end();
    const auto bytes = static_cast<std::size_t>(got);
    bytes_received_ += bytes;
    left -= bytes;
    const turn led_to = take({scratch.data(), bytes});
    if (led_to != turn::none) return led_to;
    if (bytes < wanted && !has_ended) return turn::none;
  }
  return turn::none;
}

connection::turn connection::take(std::string_view bytes) {
  if (state_ != state::busy) return turn::lost;
  if (awaits_close_) return turn::malformed;
  const auto result = parser_.feed(bytes);
  if (result == response_parser::result::more) return turn::none;
  request_.answered = clock::now();
  if (result == response_parser::result::malformed || !bytes.empty()) return turn::malformed;
  ++answers_;
  const bool must_close =
      kind_->expect.connection == ending::closed && parser_.status() == kind_->expect.status;
  if (!must_close) return turn::answered;
  awaits_close_ = true;
  return turn::none;
}

connection::turn connection::on_end() {
  if (state_ != state::busy) return turn::lost;
  is_broken_ = true;
  if (awaits_close_) return turn::answered;
  if (parser_.end() != response_parser::result::complete) return turn::closed;
  request_.answered = clock::now();
  ++answers_;
  return turn::answered;
}

bool connection::may_go_on() const {
  return !is_broken_ && !has_small_buffer_ && unsent_.empty() && parser_.keeps_alive();
}

}  // namespace generator
