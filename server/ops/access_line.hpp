// The text of an access log's line. write_line() runs on the request's thread and fills a buffer on
// its stack; the time is put before it by a spdlog formatter, on the log's thread.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <ctime>
#include <memory>
#include <string_view>

#include <spdlog/formatter.h>

#include "server/ops/access_log.hpp"

namespace server::ops {

/// How bytes that could be taken for the log's own are written.
enum class escape { text, json };

class access_line {
 public:
  std::string_view view() const noexcept { return {text_.data(), size_}; }

  access_line& operator<<(std::string_view text) noexcept;
  access_line& operator<<(std::size_t number) noexcept;
  /// At most the first `bytes_max` bytes of what a client sent, and "..." for the rest.
  void add_foreign(std::string_view text, std::size_t bytes_max, escape how) noexcept;
  /// With six digits behind the point.
  void add_seconds(std::chrono::nanoseconds time) noexcept;

 private:
  static constexpr std::size_t escaped_bytes = 6;  // \u00HH
  static constexpr std::size_t capacity = escaped_bytes * (access_log::target_bytes_max + 64) + 512;

  void add_byte(unsigned char byte, escape how) noexcept;

  std::size_t size_ = 0;
  std::array<char, capacity> text_;
};

/// Everything but the time.
void write_line(const access_entry& entry, log_format format, access_line& to) noexcept;

/// Puts the time before a line, and an end behind it.
class access_line_format final : public spdlog::formatter {
 public:
  explicit access_line_format(log_format format) noexcept : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override;
  std::unique_ptr<spdlog::formatter> clone() const override;

 private:
  log_format format_;
  std::time_t second_ = -1;  // that date_ is for
  std::array<char, 24> date_{};
};

}  // namespace server::ops
