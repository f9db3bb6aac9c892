// The real arena-server as a child process, on a free port of loopback, and what the system knows
// of it. Owned by one test, which needs ARENA_SERVER_BINARY from CMake. Started when the
// constructor returns, killed by the destructor. It must never be told --address or --port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "tests/support/child_process.hpp"

class served_process {
 public:
  /// Waits until it listens. Its log is child().errors(), unless the setup takes it elsewhere.
  explicit served_process(const std::vector<std::string>& flags = {},
                          const child_setup& setup = {});

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const;
  child_process& child() { return child_; }

  std::size_t resident_bytes() const;  ///< VmRSS
  std::size_t open_descriptors() const;
  /// The peers' ports of all connections that this server had in the last minute, those in
  /// TIME-WAIT included: as many as it accepted, unless one was reset.
  std::set<unsigned> connections_seen() const;
  /// What GET /stats answers, on a connection of its own.
  boost::json::value stats() const;

 private:
  child_process child_;
  std::uint16_t port_;
  std::set<unsigned> seen_before_;  // of an earlier server on this port
};
