// The process's log: spdlog's default logger, lines of text or JSON on standard error.
#pragma once

#include "server/config.hpp"

namespace server::ops {

/// Sets level and format; once, before threads start.
void start_logging(const config& settings);

}  // namespace server::ops
