// What the kernel holds unread of a connection is bounded where a flag or little memory says so: a
// kernel that counts it for the process would kill it otherwise.
#include <cstdint>
#include <optional>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

std::uint16_t port_of(const sockaddr_in& address) {
  return ntohs(address.sin_port);
}

// The server is in this process: its end of the only connection, and that one's buffer.
std::optional<int> receive_buffer_of_connection(std::uint16_t server_port) {
  for (int socket = 0; socket < 1024; ++socket) {
    sockaddr_in own{}, peer{};
    socklen_t bytes = sizeof own;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &bytes) != 0) continue;
    bytes = sizeof peer;
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &bytes) != 0) continue;
    if (port_of(own) != server_port) continue;
    int found = 0;
    bytes = sizeof found;
    ::getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &found, &bytes);
    return found;
  }
  return std::nullopt;
}

TEST(ReceiveBuffer, IsAsLargeAsAskedFor) {
  constexpr int asked = 96 << 10;
  const running_server served(
      [](server::config& settings) { settings.receive_buffer_bytes = asked; });
  raw_client client(served.port());
  ASSERT_EQ(client.exchange(get("/json")).status, 200);
  EXPECT_EQ(receive_buffer_of_connection(served.port()), asked);
}

TEST(ReceiveBuffer, StillTakesTheLargestBody) {
  const running_server served(
      [](server::config& settings) { settings.receive_buffer_bytes = 64 << 10; });
  const std::string body = '"' + std::string((8 << 20) - 2, 'x') + '"';
  EXPECT_EQ(raw_client(served.port()).exchange(post("/echo", body)).body, body);
}

}  // namespace
