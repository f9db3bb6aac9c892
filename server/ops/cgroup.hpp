// Where the limits of this process's control groups stand. Read once at start; of no use to a
// request.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace server::ops {

enum class cgroup_version { v1, v2 };

/// The folder of one control group, which need not exist or be readable.
struct cgroup_folder {
  std::filesystem::path path;
  cgroup_version version;
};

/// This process's groups that `controller` ("memory", "cpu") may limit, each before those above it,
/// up to the root that can be seen from here. `root` is the folder that holds proc and sys, for
/// tests.
std::vector<cgroup_folder> cgroup_folders(std::string_view controller,
                                          const std::filesystem::path& root = "/");

/// The first line of a file; empty where it cannot be read.
std::string first_line(const std::filesystem::path& file);

}  // namespace server::ops
