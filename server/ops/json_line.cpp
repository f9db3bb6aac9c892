#include "server/ops/json_line.hpp"

#include <chrono>
#include <iterator>
#include <memory_resource>
#include <string_view>

#include <spdlog/details/log_msg.h>
#include <spdlog/fmt/chrono.h>
#include <spdlog/spdlog.h>

#include "server/json/document.hpp"

namespace server::ops {

void json_line::format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) {
  // Explicitly the heap: a log line belongs to no request.
  arena::segment_buffer text(std::pmr::new_delete_resource());
  json::serialize(std::string_view(message.payload.data(), message.payload.size()), text);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch())
          .count() %
      1000;
  const auto level = spdlog::level::to_string_view(message.level);
  fmt::format_to(std::back_inserter(to),
                 R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","level":"{}","message":)",
                 fmt::gmtime(std::chrono::system_clock::to_time_t(message.time)), milliseconds,
                 std::string_view(level.data(), level.size()));
  for (auto* segment = text.first(); segment != nullptr; segment = segment->next)
    to.append(segment->data(), segment->data() + segment->size);
  to.append(std::string_view("}\n"));
}

std::unique_ptr<spdlog::formatter> json_line::clone() const {
  return std::make_unique<json_line>();
}

}  // namespace server::ops
