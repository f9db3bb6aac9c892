#include "tests/support/scripted_server.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

using std::chrono::steady_clock;

scripted_server::scripted_server(script answer, int send_buffer_bytes)
    : answer_(std::move(answer)),
      send_buffer_bytes_(send_buffer_bytes),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)),
      epoll_(::epoll_create1(0)),
      stop_(::eventfd(0, EFD_NONBLOCK)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 1024) != 0 ||
      ::getsockname(listener_, generic, &length) != 0) {
    throw std::runtime_error("no listening socket");
  }
  port_ = ntohs(address.sin_port);
  for (const int each : {listener_, stop_}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = each;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, each, &event);
  }
  thread_ = std::thread([this] { loop(); });
}

void scripted_server::stop() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (const auto& [socket, unused] : clients_) ::close(socket);
  for (const int each : {listener_, epoll_, stop_}) ::close(each);
}

void scripted_server::loop() {
  std::array<epoll_event, 128> events;
  for (;;) {
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      if (descriptor == stop_) return;
      if (descriptor == listener_) {
        accept_all();
      } else {
        serve(descriptor);
      }
    }
  }
}

void scripted_server::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (send_buffer_bytes_ != 0) {
      ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes_, sizeof send_buffer_bytes_);
    }
    clients_[socket].number = connections++;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.fd = socket;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
}

void scripted_server::serve(int socket) {
  client& on = clients_[socket];
  std::array<char, 65536> buffer;
  ssize_t got;
  while ((got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0) {
    received.push_back({steady_clock::now(), static_cast<std::size_t>(got)});
    on.input.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const bool has_ended = got == 0 || (got < 0 && errno != EAGAIN);
  answer_all(on);
  if (flush(socket, on) && !has_ended) return;
  ::close(socket);
  clients_.erase(socket);
}

void scripted_server::answer_all(client& on) {
  for (;;) {
    const std::size_t head_end = on.input.find("\r\n\r\n");
    if (head_end == on.input.npos) return;
    scripted_request request{on.input.substr(0, head_end + 4), {}, on.number, steady_clock::now()};
    const std::size_t length = request.head.find("Content-Length: ");
    const std::size_t body =
        length == request.head.npos ? 0 : std::stoul(request.head.substr(length + 16));
    if (on.input.size() < head_end + 4 + body) return;
    request.body = on.input.substr(head_end + 4, body);
    on.input.erase(0, head_end + 4 + body);
    const scripted_answer answer = answer_(request);
    requests.push_back(std::move(request));
    on.output += answer.bytes;
    on.next = answer.next;
  }
}

bool scripted_server::flush(int socket, client& on) {
  while (!on.output.empty()) {
    const ssize_t n =
        ::send(socket, on.output.data(), on.output.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return errno == EAGAIN;
    sent.push_back({steady_clock::now(), static_cast<std::size_t>(n)});
    on.output.erase(0, static_cast<std::size_t>(n));
  }
  return on.next == scripted_answer::then::stay;
}

std::string ok_answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
