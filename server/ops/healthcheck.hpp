// The client side of the health probes: what `arena-server --healthcheck` does, so that a container
// needs no curl. A process of its own runs it; it shares nothing with the server that it asks.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace server::ops {

/// Asks GET /livez at that address, an unspecified one (0.0.0.0, ::) standing for loopback; for ::
/// that of IPv4 too, where nobody can be reached by IPv6.
/// Returns 0 for an answer of 200 within `patience`, else 1, and writes one line to `out` that says
/// why. Throws nothing of the network's.
int healthcheck(const std::string& address, std::uint16_t port, std::ostream& out,
                std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace server::ops
