// floor-server: the control of every comparison, the least that a server could pay here. One
// thread, one level-triggered epoll loop, no library, and answers whose bytes were baked before.
// It validates nothing, limits nothing (a Content-Length is believed and reserved) and times
// nothing out: run it on loopback and never expose it.

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadtest/floor/answers.hpp"
#include "loadtest/floor/connection.hpp"

namespace floor_server {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

struct options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
};

options parse(int argc, char** argv) {
  options result;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc) throw std::invalid_argument(std::string(name) + " needs a value");
    const std::string_view value = argv[i + 1];
    if (name == "--address") {
      result.address = value;
    } else if (name == "--port") {
      const char* const end = value.data() + value.size();
      const auto [stopped, error] = std::from_chars(value.data(), end, result.port);
      if (error != std::errc{} || stopped != end) throw std::invalid_argument("--port: 0 to 65535");
    } else {
      throw std::invalid_argument("usage: floor-server [--address A] [--port N]");
    }
  }
  return result;
}

sockaddr* generic(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);
}

int listen_on(const options& wanted) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(wanted.port);
  if (inet_pton(AF_INET, wanted.address.c_str(), &address.sin_addr) != 1) {
    throw std::invalid_argument("--address: not an IPv4 address: " + wanted.address);
  }
  const int listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  checked(::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  checked(::bind(listener, generic(address), sizeof address), "bind");
  checked(::listen(listener, SOMAXCONN), "listen");
  return listener;
}

void say_ready(int listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  checked(::getsockname(listener, generic(address), &length), "getsockname");
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  std::fprintf(stderr, "floor-server ready on %s:%u\n", text.data(), ntohs(address.sin_port));
}

int stop_signals() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  checked(::sigprocmask(SIG_BLOCK, &stops, nullptr), "sigprocmask");
  return checked(::signalfd(-1, &stops, SFD_NONBLOCK), "signalfd");
}

class loop {
 public:
  loop(int listener, int signals) : listener_(listener), signals_(signals) {
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
    watch(EPOLL_CTL_ADD, signals_, EPOLLIN);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      if (ready < 0 && errno == EINTR) continue;
      checked(ready, "epoll_wait");
      for (std::size_t i = 0; i < static_cast<std::size_t>(ready); ++i) {
        const int descriptor = events[i].data.fd;
        if (descriptor == signals_) return;
        if (descriptor == listener_) {
          accept_all();
        } else {
          serve(descriptor, events[i].events);
        }
      }
    }
  }

 private:
  void watch(int operation, int descriptor, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    checked(::epoll_ctl(epoll_, operation, descriptor, &event), "epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (socket < 0 && (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)) return;
      checked(socket, "accept");
      const int on = 1;
      checked(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
      connections_[socket] = std::make_unique<connection>(socket, answers_);
      watch(EPOLL_CTL_ADD, socket, EPOLLIN);
    }
  }

  void serve(int socket, std::uint32_t events) {
    connection& client = *connections_.at(socket);
    const bool may_write = (events & EPOLLOUT) != 0;
    const auto state = may_write ? client.on_writable() : client.on_readable();
    if (state == connection::next::close) {
      connections_.erase(socket);
    } else if (state != client.waits_for()) {
      client.waits_for(state);
      watch(EPOLL_CTL_MOD, socket, state == connection::next::read ? EPOLLIN : EPOLLOUT);
    }
  }

  int epoll_ = checked(::epoll_create1(0), "epoll_create1");
  int listener_, signals_;
  answers answers_;
  std::unordered_map<int, std::unique_ptr<connection>> connections_;
};

}  // namespace
}  // namespace floor_server

int main(int argc, char** argv) {
  try {
    const int signals = floor_server::stop_signals();
    const int listener = floor_server::listen_on(floor_server::parse(argc, argv));
    floor_server::loop loop(listener, signals);
    floor_server::say_ready(listener);
    loop.run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "floor-server: %s\n", error.what());
    return 1;
  }
}
