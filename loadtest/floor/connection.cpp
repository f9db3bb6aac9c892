#include "loadtest/floor/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace floor_server {
namespace {

constexpr std::size_t input_bytes_start = 16 * 1024;

// The value of Content-Length, 0 when there is none. Knows nothing of quoting or repetition.
std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "\r\ncontent-length: ";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto* const field = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
  std::size_t length = 0;
  if (field != head.end()) std::from_chars(field + name.size(), head.end(), length);
  return length;
}

}  // namespace

connection::connection(int socket, answers& baked)
    : socket_(socket), answers_(baked), input_(input_bytes_start) {
  pieces_.reserve(pieces_max);
}

connection::~connection() {
  ::close(socket_);
}

connection::next connection::on_readable() {
  const ssize_t got =
      ::recv(socket_, input_.data() + input_end_, input_.size() - input_end_, MSG_DONTWAIT);
  if (got == 0) return next::close;
  if (got < 0) return errno == EAGAIN || errno == EINTR ? next::read : next::close;
  input_end_ += static_cast<std::size_t>(got);
  return answer_all();
}

connection::next connection::on_writable() {
  const next state = send_pieces();
  return state == next::read ? answer_all() : state;
}

connection::next connection::answer_all() {
  for (;;) {
    request_head request;
    parsed result = parsed::partial;
    while (has_room() && (result = parse(request)) == parsed::complete) answer(request);
    if (result == parsed::malformed) return next::close;
    if (pieces_.empty()) {
      forget_answered();
      const std::size_t wanted = request.head_bytes + request.body_bytes;
      if (wanted > input_.size()) input_.resize(wanted);
      return input_end_ == input_.size() ? next::close : next::read;
    }
    if (const next state = send_pieces(); state != next::read) return state;
    if (answered_ == 0 && input_end_ == 0) return next::read;
  }
}

connection::parsed connection::parse(request_head& request) const {
  const std::string_view left(input_.data() + answered_, input_end_ - answered_);
  request = {};
  const std::size_t head_end = left.find("\r\n\r\n");
  if (head_end == left.npos) return parsed::partial;
  const std::string_view head = left.substr(0, head_end);
  const std::size_t method_end = head.find(' ');
  const std::size_t target_end = head.find(' ', method_end + 1);
  if (method_end == head.npos || target_end == head.npos) return parsed::malformed;
  request.method = head.substr(0, method_end);
  request.target = head.substr(method_end + 1, target_end - method_end - 1);
  request.head_bytes = head_end + 4;
  if (request.method != "GET") request.body_bytes = content_length(head);
  return left.size() - request.head_bytes >= request.body_bytes ? parsed::complete
                                                                : parsed::partial;
}

bool connection::has_room() const {
  return pieces_.size() + 2 <= pieces_max && echo_heads_.size() < echoes_max;
}

void connection::answer(const request_head& request) {
  const std::size_t body_at = answered_ + request.head_bytes;
  answered_ = body_at + request.body_bytes;
  if (request.method == "GET") return add_piece(answers_.get(request.target));
  if (request.method != "POST" || request.target != "/echo") {
    return add_piece(answers_.not_found());
  }
  if (echo_heads_.capacity() == 0) echo_heads_.reserve(echoes_max);  // pieces point into it
  auto& head = echo_heads_.emplace_back();
  add_piece({head.data(), answers_.echo_head(request.body_bytes, head.data())});
  add_piece({input_.data() + body_at, request.body_bytes});
}

void connection::add_piece(std::string_view bytes) {
  pieces_.push_back({const_cast<char*>(bytes.data()), bytes.size()});
}

// Sends what it can; `read` means that all has left.
connection::next connection::send_pieces() {
  while (first_unsent_ < pieces_.size()) {
    msghdr message{};
    message.msg_iov = pieces_.data() + first_unsent_;
    message.msg_iovlen = pieces_.size() - first_unsent_;
    const ssize_t sent = ::sendmsg(socket_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN ? next::write : next::close;
    auto left = static_cast<std::size_t>(sent);
    while (first_unsent_ < pieces_.size() && left >= pieces_[first_unsent_].iov_len) {
      left -= pieces_[first_unsent_++].iov_len;
    }
    if (left == 0) continue;
    iovec& cut = pieces_[first_unsent_];
    cut = {static_cast<char*>(cut.iov_base) + left, cut.iov_len - left};
  }
  forget_answered();
  return next::read;
}

void connection::forget_answered() {
  if (answered_ != 0) {
    std::memmove(input_.data(), input_.data() + answered_, input_end_ - answered_);
  }
  input_end_ -= answered_;
  answered_ = 0;
  pieces_.clear();
  first_unsent_ = 0;
  echo_heads_.clear();
}

}  // namespace floor_server
