#include "server/ops/logging.hpp"

#include <memory>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/ops/json_line.hpp"

namespace server::ops {

void start_logging(const config& settings) {
  auto logger = spdlog::stderr_logger_mt("arena-server");
  logger->set_level(spdlog::level::from_str(settings.log_level));
  if (settings.format == log_format::json)
    logger->set_formatter(std::make_unique<json_line>());
  else
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace server::ops
