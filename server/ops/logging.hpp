// The process's log: spdlog's default logger, lines of text or JSON on standard error, written by
// one thread behind a queue. Who logs never waits for a disk or a reader: when the queue is full
// its oldest line is dropped, and counted. Made once, before threads start, and ended after the
// threads that log; its end writes what is queued. A process that aborts loses the queue's lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "server/config.hpp"

namespace spdlog {
class formatter;
class logger;
namespace details {
class thread_pool;
}
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace server::ops {

class logging {
 public:
  /// Takes level and format from the settings. `descriptor` remains the caller's.
  explicit logging(const config& settings, int descriptor = STDERR_FILENO);
  /// Writes what is queued; then spdlog's default logger writes to standard error, unqueued.
  ~logging();

  logging(const logging&) = delete;
  logging& operator=(const logging&) = delete;

  /// A further log, of many lines, on the same queue and thread, that writes to a duplicate of
  /// `descriptor`, some milliseconds late. Its losses are reported, as those of the log called
  /// `name`, in this one.
  /// Before threads start. Lifetime: of no use after this object's end.
  std::shared_ptr<spdlog::logger> open(int descriptor, const std::string& name,
                                       std::unique_ptr<spdlog::formatter> format);

  /// Lines that a full queue has dropped.
  std::uint64_t lines_dropped() const;
  /// Lines that could not be written: the disk is full, the pipe is closed or not read.
  std::uint64_t lines_lost() const noexcept { return lost_.load(std::memory_order_relaxed); }
  void count_lost_line() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> lost_ = 0;
  std::shared_ptr<spdlog::details::thread_pool> queue_;
  // Kept until the log's thread has ended, so that it never is the one that destroys them.
  std::vector<std::shared_ptr<spdlog::logger>> opened_;
  spdlog::sinks::sink* lines_;  // of the default logger, for the log's thread only
};

}  // namespace server::ops
