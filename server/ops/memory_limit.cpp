#include "server/ops/memory_limit.hpp"

#include <limits>

#include <unistd.h>

#include "server/json/decimal.hpp"
#include "server/ops/cgroup.hpp"

namespace server::ops {

std::size_t physical_memory_bytes() noexcept {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_bytes <= 0) return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes);
}

memory_limit find_memory_limit(const std::filesystem::path& root, std::size_t physical_bytes) {
  memory_limit least{physical_bytes, "physical memory"};
  for (const auto& [folder, version] : cgroup_folders("memory", root)) {
    const auto file =
        folder / (version == cgroup_version::v2 ? "memory.max" : "memory.limit_in_bytes");
    const auto limit =
        json::parse_decimal(first_line(file), std::numeric_limits<std::size_t>::max());
    if (limit && *limit < least.bytes) least = {*limit, file.string()};
  }
  return least;
}

}  // namespace server::ops
