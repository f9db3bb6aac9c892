#include "server/ops/line_sink.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace server::ops {

namespace {

constexpr int patience_milliseconds = 1000;
constexpr std::chrono::minutes report_interval{1};

bool is_regular_file(int descriptor) noexcept {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

line_sink::line_sink(int descriptor, std::atomic<std::uint64_t>& lost, report tell,
                     std::function<void()> rest)
    : descriptor_(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0)),
      lost_(lost),
      tell_(std::move(tell)),
      rest_(std::move(rest)),
      is_file_(is_regular_file(descriptor_)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "log");
}

line_sink::~line_sink() {
  ::close(descriptor_);
}

void line_sink::sink_it_(const spdlog::details::log_msg& message) {
  line_.clear();
  // So that a line that follows half a line stands on its own.
  if (torn_) line_.push_back('\n');
  formatter_->format(message, line_);
  if (!write_whole({line_.data(), line_.size()})) {
    lost_.fetch_add(1, std::memory_order_relaxed);
    ++untold_;
  }
  if (untold_ > 0) tell_of_losses();
  if (rest_) rest_();
}

bool line_sink::write_whole(std::string_view text) noexcept {
  const std::size_t whole = text.size();
  while (!text.empty()) {
    if (!is_file_ && !wait_for_room()) break;
    // A pipe that poll() finds ready has room for PIPE_BUF bytes; more could block for ever.
    const std::size_t bytes = is_file_ ? text.size() : std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(descriptor_, text.data(), bytes);
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) error_ = errno;
    if (written < 0) break;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (text.empty()) torn_ = false;
  if (!text.empty() && text.size() < whole) torn_ = true;
  return text.empty();
}

bool line_sink::wait_for_room() noexcept {
  pollfd waits{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  // A reader that let us wait in vain is not waited for again until it reads.
  const int ready = ::poll(&waits, 1, stalled_ ? 0 : patience_milliseconds);
  stalled_ = ready == 0;
  if (stalled_) error_ = ETIMEDOUT;
  return !stalled_;
}

void line_sink::tell_of_losses() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_report_) return;
  next_report_ = now + report_interval;
  tell_(std::exchange(untold_, 0), error_);
}

}  // namespace server::ops
