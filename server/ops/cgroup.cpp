#include "server/ops/cgroup.hpp"

#include <fstream>
#include <sstream>

namespace server::ops {

namespace {

namespace fs = std::filesystem;

void add_with_those_above(std::vector<cgroup_folder>& to, const fs::path& hierarchy,
                          const std::string& group, cgroup_version version) {
  // A path from outside our namespace, and "..", mean nothing here; the hierarchy's root does.
  fs::path below = (fs::path("/") / group).lexically_normal().relative_path();
  for (;; below = below.parent_path()) {
    to.push_back({hierarchy / below, version});
    if (below.empty()) return;
  }
}

bool names(const std::string& controllers, std::string_view wanted) {
  std::istringstream words(controllers);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == wanted) return true;
  }
  return false;
}

}  // namespace

std::vector<cgroup_folder> cgroup_folders(std::string_view controller, const fs::path& root) {
  std::vector<cgroup_folder> found;
  const fs::path mounted = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  // Each line is "hierarchy:controllers:path"; of version 2 it is "0::path". Paths may hold colons.
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (line.starts_with("0::")) {
      add_with_those_above(found, mounted, group, cgroup_version::v2);
      add_with_those_above(found, mounted / "unified", group, cgroup_version::v2);
    } else if (names(controllers, controller)) {
      // Mounted by all its controllers' names ("cpu,cpuacct"); a link by one is common, not sure.
      add_with_those_above(found, mounted / controller, group, cgroup_version::v1);
      if (controllers != controller)
        add_with_those_above(found, mounted / controllers, group, cgroup_version::v1);
    }
  }
  return found;
}

std::string first_line(const fs::path& file) {
  std::ifstream from(file);
  std::string line;
  std::getline(from, line);
  return line;
}

}  // namespace server::ops
