#include "server/ops/access_log.hpp"

#include <cerrno>
#include <exception>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "server/ops/access_line.hpp"

namespace server::ops {

namespace {

std::shared_ptr<spdlog::logger> open(logging& log, const std::string& path, log_format format) {
  auto lines = std::make_unique<access_line_format>(format);
  if (path == "-") return log.open(STDOUT_FILENO, "access log", std::move(lines));
  constexpr mode_t mode = 0640;  // addresses of clients are not for everybody
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode);
  if (file < 0)
    throw std::runtime_error("cannot open access log " + path + ": " +
                             std::generic_category().message(errno));
  auto logger = log.open(file, "access log " + path, std::move(lines));
  ::close(file);
  return logger;
}

}  // namespace

access_log::access_log(logging& log, const std::string& path, log_format format)
    : log_(log), format_(format), lines_(open(log, path, format)) {}

void access_log::write(const access_entry& entry) noexcept {
  access_line line;
  write_line(entry, format_, line);
  try {
    lines_->log(spdlog::level::info, spdlog::string_view_t(line.view().data(), line.view().size()));
  } catch (const std::exception&) {
    log_.count_lost_line();
  }
}

}  // namespace server::ops
