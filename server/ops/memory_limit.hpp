// How much memory this process may use: what its cgroups or the machine leave it. Read once at
// start; of no use to a request.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace server::ops {

struct memory_limit {
  std::size_t bytes;
  std::string source;  ///< the file that says so, or "physical memory": for the log
};

/// The memory of the machine.
std::size_t physical_memory_bytes() noexcept;

/// The least of the limits of this process's cgroup and of those above it, and of `physical_bytes`.
/// Of version 2 these are memory.max and memory.high, over which a process is throttled to a crawl;
/// of version 1 memory.limit_in_bytes and what memory.stat says of groups that cannot be seen.
/// Files that are not there, cannot be read or say "max" set no limit. `root` is the folder that
/// holds proc and sys, for tests.
memory_limit find_memory_limit(const std::filesystem::path& root = "/",
                               std::size_t physical_bytes = physical_memory_bytes());

}  // namespace server::ops
