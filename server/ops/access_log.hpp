// The access log: one line a request, text or JSON, behind the log's queue.
//   2026-11-23T04:05:06.789Z 127.0.0.1 "GET /items?count=3 HTTP/1.1" 200 1234 0.000123
//   {"time":"2026-11-23T04:05:06.789Z","remote":"127.0.0.1","method":"GET","target":"/items?count=3",
//    "version":"1.1","status":200,"bytes":1234,"seconds":0.000123}
// One for a server; any thread writes, through the log's queue: while it is on, each line takes
// that queue's lock, the only one on the request path. A line of up to 250 bytes without its time
// (a target of some 190 in text, 130 in JSON) takes nothing from the heap; a longer one does, once.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/beast/http/status.hpp>

#include "server/ops/logging.hpp"

namespace server::ops {

/// Lifetime: the views need to last only as long as the call that takes the entry.
struct access_entry {
  enum class completeness { whole, cut };  ///< cut: the connection ended before the last byte

  std::string_view remote = {};
  std::string_view method = {};  ///< as it came; empty: none was understood
  std::string_view target = {};  ///< as it came; empty: none was understood
  unsigned version = 11;         ///< as request::version()
  boost::beast::http::status status = boost::beast::http::status::ok;
  std::size_t bytes_sent = 0;
  std::chrono::nanoseconds latency{};
  completeness sent = completeness::whole;  ///< a cut one ends in " cut", or has "cut":true
};

class access_log {
 public:
  /// Bytes of a target that are written; of a longer one the rest is replaced by "...".
  static constexpr std::size_t target_bytes_max = 1024;

  /// Appends to the file at `path`, which an operator may truncate at any time; "-" is standard
  /// output. Throws std::runtime_error that says why it cannot be opened.
  /// Lifetime: `log` must outlive the access log.
  access_log(logging& log, const std::string& path, log_format format);

  /// Queues the entry's line; the oldest one is dropped if the queue is full. Of method and target,
  /// bytes other than printable ASCII, quotes and backslashes are written as \xHH, in JSON as
  /// \u00HH, so that a client forges no line.
  void write(const access_entry& entry) noexcept;

 private:
  logging& log_;
  log_format format_;
  std::shared_ptr<spdlog::logger> lines_;
};

}  // namespace server::ops
