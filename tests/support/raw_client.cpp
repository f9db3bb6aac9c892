#include "tests/support/raw_client.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

std::string raw_response::field(std::string_view name) const {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + start.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

raw_client::raw_client(std::uint16_t port, std::chrono::seconds patience, int receive_buffer_bytes)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
  const int on = 1;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer_bytes > 0)
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof receive_buffer_bytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int reason = errno;
    ::close(socket_);
    throw std::system_error(reason, std::generic_category(), "connect");
  }
}

raw_client::~raw_client() {
  if (socket_ >= 0) ::close(socket_);
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    was_reset_ = was_reset_ || (sent < 0 && errno == ECONNRESET);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return false;
    if (sent < 0) throw std::system_error(errno, std::generic_category(), "send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void raw_client::shut_down() {
  ::shutdown(socket_, SHUT_WR);
}

void raw_client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
}

bool raw_client::read_more() {
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  was_reset_ = was_reset_ || (got < 0 && errno == ECONNRESET);
  if (got < 0 && errno != ECONNRESET)
    throw std::system_error(errno, std::generic_category(), "the server is silent");
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

raw_response raw_client::receive(content body) {
  std::size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return {};
  }
  raw_response response;
  response.head = received_.substr(0, head_end + 2);
  response.status = std::atoi(response.head.substr(9, 3).c_str());
  const std::size_t length =
      head_end + 4 +
      (body == content::none ? 0
                             : std::strtoul(response.field("Content-Length").c_str(), nullptr, 10));
  while (received_.size() < length) {
    if (!read_more()) return {};
  }
  response.body = received_.substr(head_end + 4, length - head_end - 4);
  received_.erase(0, length);
  return response;
}

raw_response raw_client::exchange(std::string_view bytes, content body) {
  send(bytes);
  return receive(body);
}

bool raw_client::is_closed() {
  return received_.empty() && !read_more();
}

bool raw_client::hears_within(std::chrono::milliseconds bound) {
  pollfd heard{.fd = socket_, .events = POLLIN, .revents = 0};
  return !received_.empty() || ::poll(&heard, 1, static_cast<int>(bound.count())) == 1;
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}
