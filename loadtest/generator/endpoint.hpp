// Where the requests go: an address that the kernel takes, found once before a run.
#pragma once

#include <cstdint>
#include <string>

#include <sys/socket.h>

namespace generator {

struct endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;

  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/// `host`: an IPv4 or IPv6 address, or a name, of which the first IPv4 address is taken, else the
/// first IPv6 one. Throws std::runtime_error.
endpoint resolve(const std::string& host, std::uint16_t port);

}  // namespace generator
