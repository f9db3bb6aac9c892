// A spdlog sink that appends lines to an open file, pipe or terminal, each by a write of its own.
// Owned by a logger; used by the log's one thread only. What cannot be written is lost and counted:
// it throws nothing, and a pipe that nobody reads holds it up for a second, once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace server::ops {

class line_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  /// Told how many lines were lost since the last time, and the latest errno: at the first loss,
  /// then once a minute at most.
  using report = std::function<void(std::uint64_t lines, int error)>;

  /// Writes to a duplicate of `descriptor`, which remains the caller's. Every lost line is added to
  /// `lost`; `rest`, if any, is called after each line. Throws std::system_error.
  /// Lifetime: `lost` must outlive the sink's use.
  line_sink(int descriptor, std::atomic<std::uint64_t>& lost, report tell,
            std::function<void()> rest = nullptr);
  ~line_sink() override;

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

  bool write_whole(std::string_view text) noexcept;
  bool wait_for_room() noexcept;
  void tell_of_losses();

  int descriptor_;
  std::atomic<std::uint64_t>& lost_;
  report tell_;
  std::function<void()> rest_;
  spdlog::memory_buf_t line_;  // kept: after some lines its growing is over
  bool is_file_;               // of a file, a write never waits for a reader
  bool stalled_ = false;       // the reader of a pipe has let us wait for nothing
  bool torn_ = false;          // the last line is there in part
  int error_ = 0;
  std::uint64_t untold_ = 0;
  std::chrono::steady_clock::time_point next_report_{};
};

}  // namespace server::ops
