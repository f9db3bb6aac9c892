#include "server/ops/memory_limit.hpp"

#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>

#include <unistd.h>

#include "server/json/decimal.hpp"

namespace server::ops {

namespace {

namespace fs = std::filesystem;

std::optional<std::size_t> limit_in(const fs::path& file) {
  std::ifstream from(file);
  std::string text;
  if (!(from >> text)) return std::nullopt;
  return json::parse_decimal(text, std::numeric_limits<std::size_t>::max());
}

// Holds the limits of `group`, below `hierarchy`, and of all groups above it against `least`.
void lower(memory_limit& least, const fs::path& hierarchy, const fs::path& group,
           std::string_view file_name) {
  // A path from outside our namespace, and "..", mean nothing here; the hierarchy's root does.
  fs::path below = (fs::path("/") / group).lexically_normal().relative_path();
  for (;; below = below.parent_path()) {
    const fs::path file = hierarchy / below / file_name;
    const auto limit = limit_in(file);
    if (limit && *limit < least.bytes) least = {*limit, file.string()};
    if (below.empty()) return;
  }
}

bool names_memory(std::string_view controllers) {
  std::istringstream words{std::string(controllers)};
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "memory") return true;
  }
  return false;
}

}  // namespace

std::size_t physical_memory_bytes() noexcept {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes);
}

memory_limit find_memory_limit(const fs::path& root, std::size_t physical_bytes) {
  memory_limit least{physical_bytes, "physical memory"};
  const fs::path mounted = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  // Each line is "hierarchy:controllers:path"; of version 2 it is "0::path". Paths may hold colons.
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string_view controllers(line.data() + first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (line.starts_with("0::")) {
      lower(least, mounted, group, "memory.max");
      lower(least, mounted / "unified", group, "memory.max");
    } else if (names_memory(controllers)) {
      lower(least, mounted / "memory", group, "memory.limit_in_bytes");
    }
  }
  return least;
}

}  // namespace server::ops
