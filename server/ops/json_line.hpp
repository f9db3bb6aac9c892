// A spdlog formatter that writes each line as one JSON object.
#pragma once

#include <memory>

#include <spdlog/formatter.h>

namespace server::ops {

class json_line final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override;
  std::unique_ptr<spdlog::formatter> clone() const override;
};

}  // namespace server::ops
