#include "server/ops/memory_plan.hpp"

#include <algorithm>

namespace server::ops {

namespace {

// 600 bytes here and 4,600 in the kernel, as 8,000 idle ones took (docs/scaling.md).
constexpr std::size_t connection_bytes = std::size_t{6} << 10;
constexpr std::size_t connections_least = 64;
constexpr std::size_t connections_most = 16'384;

// 64 connections whose bodies come in faster than they are read.
constexpr std::size_t busy_connections = 64;
// Below it loopback stalls, whose segments have 64 KiB.
constexpr std::size_t receive_buffer_least = std::size_t{64} << 10;
// The last value of net.ipv4.tcp_rmem is 6 MiB where nobody has raised it.
constexpr std::size_t receive_buffer_of_kernel = std::size_t{4} << 20;

}  // namespace

std::size_t memory_plan::connections_max() const noexcept {
  return std::clamp(limit_bytes_ / 8 / connection_bytes, connections_least, connections_most);
}

std::size_t memory_plan::receive_buffer_bytes() const noexcept {
  const std::size_t share = limit_bytes_ / 8 / busy_connections;
  return share >= receive_buffer_of_kernel ? 0 : std::max(share, receive_buffer_least);
}

std::size_t memory_plan::requests_bytes(std::size_t data_bytes) const noexcept {
  const std::size_t all = limit_bytes_ / 4 * 3;
  const std::size_t taken = process_bytes + std::min(data_bytes, limit_bytes_);
  return std::max(limit_bytes_ / 16, all - std::min(all, taken));
}

}  // namespace server::ops
