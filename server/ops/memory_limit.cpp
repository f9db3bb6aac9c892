#include "server/ops/memory_limit.hpp"

#include <array>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

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

namespace {

// The text behind "name " at the head of a line; empty where there is none.
std::string value_of(std::string_view name, const std::filesystem::path& file) {
  std::ifstream from(file);
  for (std::string line; std::getline(from, line);) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(' '))
      return line.substr(name.size() + 1);
  }
  return {};
}

struct entry {
  std::filesystem::path file;
  std::string text;
};

std::array<entry, 2> entries_of(const cgroup_folder& group) {
  if (group.version == cgroup_version::v2) {
    const auto whole = [&](const char* name) {
      return entry{group.path / name, first_line(group.path / name)};
    };
    return {whole("memory.max"), whole("memory.high")};
  }
  const auto own = group.path / "memory.limit_in_bytes";
  const auto of_all = group.path / "memory.stat";
  return {entry{own, first_line(own)},
          entry{of_all, value_of("hierarchical_memory_limit", of_all)}};
}

}  // namespace

memory_limit find_memory_limit(const std::filesystem::path& root, std::size_t physical_bytes) {
  memory_limit least{physical_bytes, "physical memory"};
  for (const cgroup_folder& group : cgroup_folders("memory", root)) {
    for (const entry& each : entries_of(group)) {
      const auto limit = json::parse_decimal(each.text, std::numeric_limits<std::size_t>::max());
      if (limit && *limit < least.bytes) least = {*limit, each.file.string()};
    }
  }
  return least;
}

}  // namespace server::ops
