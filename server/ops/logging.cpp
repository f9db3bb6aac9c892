#include "server/ops/logging.hpp"

#include <chrono>
#include <memory>

#include <spdlog/sinks/dup_filter_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/ops/json_line.hpp"

namespace server::ops {

void start_logging(const config& settings) {
  // What a client can provoke at will must not flood the log: of equal lines in a row, one a
  // second.
  auto lines = std::make_shared<spdlog::sinks::dup_filter_sink_mt>(std::chrono::seconds(1));
  lines->add_sink(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto logger = std::make_shared<spdlog::logger>("arena-server", std::move(lines));
  logger->set_level(spdlog::level::from_str(settings.log_level));
  if (settings.format == log_format::json)
    logger->set_formatter(std::make_unique<json_line>());
  else
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace server::ops
