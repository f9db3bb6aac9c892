// What the operator may set: flags, environment and a file, in this order of precedence.
// Each default says where its number comes from.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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
  /// From which on a connection ends with its next response; each at a moment of its own within the
  /// last tenth, so that they do not all come back at once. 1 h, nginx's keepalive_time. 0: never.
  std::chrono::milliseconds connection_age{3'600'000};
  /// One query over a collection. 1 s: the thread's other connections wait meanwhile.
  std::chrono::milliseconds query{1'000};
  /// From the closing of the listeners until connections are cut. 25 s: within Kubernetes' grace
  /// of 30.
  std::chrono::milliseconds drain{25'000};
  /// From SIGTERM, when /readyz turns 503, until the listeners close. 1 s: a balancer that probes
  /// each second has seen it. SIGINT waits for nobody.
  std::chrono::milliseconds drain_delay{1'000};
};

/// Bytes a second, averaged since the body or the response began and after a grace of the body or
/// write timeout; 0: no minimum. 240, Kestrel's: slower than any modem, and too fast for an
/// attacker who wants to hold many arenas.
struct transfer_rates {
  std::size_t body_min = 240;
  std::size_t write_min = 240;
};

/// What a connection gets that is one too many: 503 with Retry-After, or a wait in the backlog.
enum class full_policy { refuse, wait };

enum class log_format { text, json };

struct config {
  std::string address = "0.0.0.0";  ///< every interface: the server's home is a container
  std::uint16_t port = 8080;        ///< 0: the system picks one
  /// For health and figures alone (admin_server); 0: the system picks one; none: they are on
  /// `port`.
  std::optional<std::uint16_t> admin_port;
  unsigned threads = 0;  ///< 0: as many CPUs as affinity and the cgroup's quota leave
  memory_strategy memory = memory_strategy::arena;
  std::vector<std::string> data;  ///< files, or folders of files; none: a built-in sample
  /// 128 MiB: /items?count=100000 takes 90. The document of a body takes some six times its text,
  /// but an array of one-digit numbers thirty times: the largest body of that kind gets 413.
  /// With strategy arena only.
  std::size_t request_memory_max_bytes = std::size_t{128} << 20;
  /// Of the blocks of all arenas together; 0: what ops::memory_plan leaves for them of the cgroup's
  /// limit, or else of the machine's memory, beside the rows.
  std::size_t memory_max_bytes = 0;
  limits bounds;
  /// 0: as many as memory_plan has room for, 16384 at most.
  std::size_t connections_max = 0;
  /// Of each connection, in the kernel; 0: by memory_plan.
  std::size_t receive_buffer_bytes = 0;
  full_policy when_full = full_policy::refuse;  ///< a balancer can then ask another server at once
  timeouts times;
  transfer_rates rates;
  std::string log_level = "info";
  log_format format = log_format::text;
  std::string access_log;  ///< file for a line a request; "-": standard output; empty: none
};

/// What main() does instead of serving: print `text` and exit with `code`.
struct early_exit {
  int code;
  std::string text;
};

struct command_line {
  config settings;
  bool healthcheck = false;      ///< ask a running server how it is, and exit
  std::vector<early_exit> stop;  ///< empty, or one: --help, --version, --print-config, a mistake
};

/// Reads flags, ARENA_SERVER_<NAME> and the file given with --config. Never exits.
command_line read_command_line(int argc, const char* const* argv);

}  // namespace server
