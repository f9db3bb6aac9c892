#include "server/ops/cpu_limit.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <sched.h>

#include "server/json/decimal.hpp"
#include "server/ops/cgroup.hpp"

namespace server::ops {

namespace {

// Two numbers of microseconds: how long the group may run in each period; none where it may always.
std::optional<std::size_t> cpus(const std::string& quota, const std::string& period) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max() / 2;
  const auto run = json::parse_decimal(quota, most);  // "max" and "-1" are none
  const auto each = json::parse_decimal(period, most);
  if (!run || !each || *each == 0) return std::nullopt;
  return (*run + *each - 1) / *each;
}

std::optional<std::size_t> limit_of(const cgroup_folder& group) {
  if (group.version == cgroup_version::v1)
    return cpus(first_line(group.path / "cpu.cfs_quota_us"),
                first_line(group.path / "cpu.cfs_period_us"));
  const std::string line = first_line(group.path / "cpu.max");
  const std::size_t space = line.find(' ');
  if (space == std::string::npos) return std::nullopt;
  return cpus(line.substr(0, space), line.substr(space + 1));
}

}  // namespace

// One set is of 1024 CPUs, and the kernel fills none that is smaller than what it may have.
unsigned allowed_cpus() {
  constexpr std::size_t sets_most = 64;
  for (std::size_t sets = 1; sets <= sets_most; sets *= 2) {
    std::vector<cpu_set_t> allowed(sets);
    const std::size_t bytes = sets * sizeof(cpu_set_t);
    if (sched_getaffinity(0, bytes, allowed.data()) == 0)
      return static_cast<unsigned>(std::max(1, CPU_COUNT_S(bytes, allowed.data())));
  }
  return 1;
}

unsigned find_cpu_limit(const std::filesystem::path& root, unsigned allowed) {
  std::size_t least = allowed;
  for (const cgroup_folder& group : cgroup_folders("cpu", root))
    least = std::min(least, limit_of(group).value_or(least));
  return static_cast<unsigned>(std::max<std::size_t>(least, 1));
}

}  // namespace server::ops
