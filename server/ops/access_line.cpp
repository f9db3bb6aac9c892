#include "server/ops/access_line.hpp"

#include <algorithm>
#include <chrono>

#include <spdlog/details/log_msg.h>

namespace server::ops {

namespace {

constexpr std::size_t method_bytes_max = 32;
constexpr std::size_t remote_bytes_max = 64;  // an address; it is the server's own text

constexpr bool is_plain(char c) noexcept {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

std::string_view or_dash(std::string_view text) noexcept {
  return text.empty() ? "-" : text;
}

void write_text(const access_entry& entry, access_line& to) noexcept {
  to << entry.remote.substr(0, remote_bytes_max) << " \"";
  to.add_foreign(or_dash(entry.method), method_bytes_max, escape::text);
  to << " ";
  to.add_foreign(or_dash(entry.target), access_log::target_bytes_max, escape::text);
  to << " HTTP/" << entry.version / 10 << "." << entry.version % 10 << "\" "
     << static_cast<unsigned>(entry.status) << " " << entry.bytes_sent << " ";
  to.add_seconds(entry.latency);
  if (entry.sent == access_entry::completeness::cut) to << " cut";
}

void write_json(const access_entry& entry, access_line& to) noexcept {
  to << "\"remote\":\"" << entry.remote.substr(0, remote_bytes_max) << "\",\"method\":\"";
  to.add_foreign(entry.method, method_bytes_max, escape::json);
  to << "\",\"target\":\"";
  to.add_foreign(entry.target, access_log::target_bytes_max, escape::json);
  to << "\",\"version\":\"" << entry.version / 10 << "." << entry.version % 10
     << "\",\"status\":" << static_cast<unsigned>(entry.status) << ",\"bytes\":" << entry.bytes_sent
     << ",\"seconds\":";
  to.add_seconds(entry.latency);
  to << (entry.sent == access_entry::completeness::cut ? ",\"cut\":true}" : "}");
}

}  // namespace

access_line& access_line::operator<<(std::string_view text) noexcept {
  size_ += text.copy(text_.data() + size_, text_.size() - size_);
  return *this;
}

access_line& access_line::operator<<(std::size_t number) noexcept {
  char* const at = text_.data() + size_;
  size_ +=
      static_cast<std::size_t>(std::to_chars(at, text_.data() + text_.size(), number).ptr - at);
  return *this;
}

void access_line::add_foreign(std::string_view text, std::size_t bytes_max, escape how) noexcept {
  const bool is_cut = text.size() > bytes_max;
  text = text.substr(0, bytes_max);
  while (!text.empty()) {
    const auto plain = std::find_if_not(text.begin(), text.end(), is_plain);
    const auto bytes = static_cast<std::size_t>(plain - text.begin());
    *this << text.substr(0, bytes);
    text.remove_prefix(bytes);
    if (text.empty()) break;
    add_byte(static_cast<unsigned char>(text.front()), how);
    text.remove_prefix(1);
  }
  if (is_cut) *this << "...";
}

void access_line::add_byte(unsigned char byte, escape how) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  *this << (how == escape::json ? "\\u00" : "\\x") << digits.substr(byte >> 4, 1)
        << digits.substr(byte & 15, 1);
}

void access_line::add_seconds(std::chrono::nanoseconds time) noexcept {
  const auto microseconds = static_cast<std::size_t>(std::max<std::chrono::microseconds::rep>(
      std::chrono::duration_cast<std::chrono::microseconds>(time).count(), 0));
  std::array<char, 6> fraction;
  std::size_t rest = microseconds % 1'000'000;
  for (auto digit = fraction.rbegin(); digit != fraction.rend(); ++digit, rest /= 10)
    *digit = static_cast<char>('0' + rest % 10);
  *this << microseconds / 1'000'000 << "." << std::string_view(fraction.data(), fraction.size());
}

void write_line(const access_entry& entry, log_format format, access_line& to) noexcept {
  format == log_format::json ? write_json(entry, to) : write_text(entry, to);
}

void access_line_format::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) {
  using std::chrono::milliseconds;
  const auto time = std::chrono::floor<milliseconds>(message.time.time_since_epoch()).count();
  const std::time_t second = time / 1000;
  if (second != second_) {
    second_ = second;
    std::tm utc{};
    gmtime_r(&second, &utc);
    std::strftime(date_.data(), date_.size(), "%Y-%m-%dT%H:%M:%S.", &utc);
  }
  const auto millisecond = static_cast<int>(time % 1000);
  const std::array<char, 4> fraction = {static_cast<char>('0' + millisecond / 100),
                                        static_cast<char>('0' + millisecond / 10 % 10),
                                        static_cast<char>('0' + millisecond % 10), 'Z'};
  const auto append = [&](std::string_view text) { to.append(text.begin(), text.end()); };
  if (format_ == log_format::json) append("{\"time\":\"");
  append(date_.data());
  append({fraction.data(), fraction.size()});
  append(format_ == log_format::json ? "\"," : " ");
  append({message.payload.data(), message.payload.size()});
  append("\n");
}

std::unique_ptr<spdlog::formatter> access_line_format::clone() const {
  return std::make_unique<access_line_format>(format_);
}

}  // namespace server::ops
