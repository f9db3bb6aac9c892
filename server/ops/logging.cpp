#include "server/ops/logging.hpp"

#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#include <spdlog/async.h>
#include <spdlog/sinks/dup_filter_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/ops/json_line.hpp"
#include "server/ops/line_sink.hpp"

namespace server::ops {

namespace {

// Some 3 MB: what a burst may be ahead of the disk. At 100,000 lines a second, 80 ms.
constexpr std::size_t queue_lines = 8192;

// To wake a thread that waits costs the one that wakes it some microseconds, as much as a small
// request. So when the log's thread has written everything, it does not wait for the next line: it
// sleeps, and finds all that came meanwhile. The queue holds what 1,600,000 requests a second
// bring.
constexpr std::chrono::milliseconds gathering{5};

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%e%z %l %v";

void prepare_log_thread() {
  pthread_setname_np(pthread_self(), "log");
  // A closed pipe is a write error here, and must not end the process.
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

// Writes its report into `lines` at once, not through the queue: it runs on the log's thread.
line_sink::report report_in(spdlog::sinks::sink& lines, const std::string& name) {
  return [&lines, name](std::uint64_t lost, int error) {
    if (!lines.should_log(spdlog::level::warn)) return;
    const std::string text = fmt::format("{}: cannot write, lines lost: {}: {}", name, lost,
                                         std::generic_category().message(error));
    lines.log(spdlog::details::log_msg("", spdlog::level::warn, text));
  };
}

std::shared_ptr<spdlog::logger> queued(std::string name, spdlog::sink_ptr sink,
                                       std::shared_ptr<spdlog::details::thread_pool> queue,
                                       std::unique_ptr<spdlog::formatter> format) {
  auto logger =
      std::make_shared<spdlog::async_logger>(std::move(name), std::move(sink), std::move(queue),
                                             spdlog::async_overflow_policy::overrun_oldest);
  logger->set_formatter(std::move(format));
  // spdlog's own handler would write to standard error, on the caller's thread.
  logger->set_error_handler([](const std::string&) {});
  return logger;
}

}  // namespace

logging::logging(const config& settings, int descriptor)
    : queue_(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1, prepare_log_thread)) {
  // What a client can provoke at will must not flood the log: of equal lines in a row, one a
  // second.
  auto lines = std::make_shared<spdlog::sinks::dup_filter_sink_st>(std::chrono::seconds(1));
  lines_ = lines.get();
  lines->add_sink(std::make_shared<line_sink>(descriptor, lost_, report_in(*lines, "log")));
  std::unique_ptr<spdlog::formatter> format;
  if (settings.format == log_format::json)
    format = std::make_unique<json_line>();
  else
    format = std::make_unique<spdlog::pattern_formatter>(text_pattern);
  const auto level = spdlog::level::from_str(settings.log_level);
  lines->set_level(level);
  auto logger = queued("arena-server", std::move(lines), queue_, std::move(format));
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

logging::~logging() {
  queue_.reset();  // writes what is left and joins
  auto unqueued = std::make_shared<spdlog::logger>(
      "arena-server", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  unqueued->set_level(spdlog::default_logger_raw()->level());
  unqueued->set_pattern(text_pattern);
  spdlog::set_default_logger(std::move(unqueued));
}

std::shared_ptr<spdlog::logger> logging::open(int descriptor, const std::string& name,
                                              std::unique_ptr<spdlog::formatter> format) {
  const auto rest = [queue = queue_.get()] {
    if (queue->queue_size() == 0) std::this_thread::sleep_for(gathering);
  };
  auto lines = std::make_shared<line_sink>(descriptor, lost_, report_in(*lines_, name), rest);
  // A queued line holds the logger's name and 250 bytes in all without the heap: no name.
  return opened_.emplace_back(queued("", std::move(lines), queue_, std::move(format)));
}

std::uint64_t logging::lines_dropped() const {
  return queue_->overrun_counter();
}

}  // namespace server::ops
