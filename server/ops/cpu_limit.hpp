// How many threads can run at once: what affinity and the cgroups' quotas leave this process. Read
// once at start.
#pragma once

#include <filesystem>

namespace server::ops {

/// The CPUs that this process may run on (its affinity); at least 1.
unsigned allowed_cpus();

/// The least of `allowed` and of the quotas of this process's cgroup and of those above it, each
/// rounded up to whole CPUs: version 2 (cpu.max) or 1 (cpu.cfs_quota_us by cpu.cfs_period_us). At
/// least 1. Files that are not there, cannot be read or set no quota limit nothing. More threads
/// than that are throttled together at the end of each period. `root` is the folder that holds proc
/// and sys, for tests.
unsigned find_cpu_limit(const std::filesystem::path& root = "/", unsigned allowed = allowed_cpus());

}  // namespace server::ops
