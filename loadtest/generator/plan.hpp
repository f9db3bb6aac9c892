// What a run does: where to, when, what is asked and what is expected. Read from JSON by
// plan_reader or made from flags by command_line; immutable once a run has begun, and shared by all
// its threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadtest/generator/schedule.hpp"

namespace generator {

/// Whether the server must end the connection after its answer.
enum class ending { open, closed };

struct expectation {
  unsigned status = 200;
  std::optional<std::uint64_t> length;  ///< of the body, in bytes
  ending connection = ending::open;     ///< open: whatever the server likes
};

enum class text_kind { fixed, filled };  ///< filled: target and body are templates

/// One kind of request of the mix.
struct request_kind {
  std::string name = "request";
  double weight = 1;
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  text_kind texts = text_kind::fixed;
  std::string raw;  ///< if not empty: these bytes, and nothing of the above
  expectation expect;
  std::uint64_t write_bytes_per_s = 0;  ///< 0: at once
  std::uint64_t read_bytes_per_s = 0;   ///< 0: at once
};

struct plan {
  std::string address = "127.0.0.1";  ///< or a name: its first IPv4 address, else IPv6
  std::uint16_t port = 0;
  std::uint64_t seed = 1;
  std::size_t connections = 64;
  std::size_t threads = 1;
  std::uint64_t requests_per_connection = 0;  ///< 0: no end
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  /// How long before a due time a worker stops sleeping and spins: 0 never.
  std::chrono::nanoseconds spin{0};
  std::vector<stage> schedule;
  std::vector<request_kind> mix;
};

}  // namespace generator
