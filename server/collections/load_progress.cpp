#include "server/collections/load_progress.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace server::collections {

void load_progress::reach(std::size_t bytes, clock::time_point now) {
  if (bytes < tenth_at_ || total_bytes_ == 0) return;
  const std::size_t tenth = std::max<std::size_t>(total_bytes_ / 10, 1);
  tenth_at_ = (bytes / tenth + 1) * tenth;
  if (now - said_ < std::chrono::seconds(1)) return;
  said_ = now;
  const std::size_t tenths = std::min<std::size_t>(bytes / tenth, 10);
  spdlog::info("{}: {} % loaded", origin_, tenths * 10);
}

}  // namespace server::collections
