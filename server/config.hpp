// What the operator may set: flags, environment and a file, in this order of precedence.
// Each default says where its number comes from.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/limits.hpp"
#include "server/request_memory.hpp"

namespace server {

struct timeouts {
  /// Whole header, from its first byte. 10 s: a phone on a bad link needs one, a slow-loris all.
  std::chrono::milliseconds header{10'000};
  /// Between two reads of a body. 10 s, as the header's.
  std::chrono::milliseconds body{10'000};
  /// Between two requests. 75 s, nginx's keepalive_timeout: above most balancers' 60.
  std::chrono::milliseconds idle{75'000};
  /// Between two writes of a response. 30 s: a receiver that takes nothing for that long is gone.
  std::chrono::milliseconds write{30'000};
  /// From the signal to stop until connections are cut. 25 s: within Kubernetes' grace of 30.
  std::chrono::milliseconds drain{25'000};
};

enum class log_format { text, json };

struct config {
  std::string address = "0.0.0.0";  ///< every interface: the server's home is a container
  std::uint16_t port = 8080;        ///< 0: the system picks one
  unsigned threads = 0;             ///< 0: as many as the process may run on (its CPU affinity)
  memory_strategy memory = memory_strategy::arena;
  std::vector<std::string> data;  ///< files that become collections; none: a built-in sample
  /// 128 MiB: /items?count=100000 takes 90. The document of a body takes some six times its text,
  /// but an array of one-digit numbers thirty times: the largest body of that kind gets 413.
  /// With strategy arena only.
  std::size_t request_memory_max_bytes = std::size_t{128} << 20;
  /// 16 KiB header: twice what Apache and Node take. 8 MiB body: a large JSON document.
  limits bounds{.header_bytes_max = std::size_t{16} << 10, .body_bytes_max = std::size_t{8} << 20};
  timeouts times;
  std::string log_level = "info";
  log_format format = log_format::text;
};

/// What main() does instead of serving: print `text` and exit with `code`.
struct early_exit {
  int code;
  std::string text;
};

struct command_line {
  config settings;
  std::vector<early_exit> stop;  ///< empty, or one: --help, --version, --print-config, a mistake
};

/// Reads flags, ARENA_SERVER_<NAME> and the file given with --config. Never exits.
command_line read_command_line(int argc, const char* const* argv);

/// threads, or where that is 0 the number of CPUs that the process may run on.
unsigned effective_threads(const config& settings);

}  // namespace server
