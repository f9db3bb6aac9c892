// What the kernel says about this process. Any thread; no call takes memory from the heap, and one
// that cannot be answered (no /proc) returns 0.
#pragma once

#include <cstdint>

namespace server::ops {

/// Seconds since 1970, exact to a clock tick (10 ms).
double process_start_seconds() noexcept;
double process_cpu_seconds() noexcept;
std::uint64_t process_resident_bytes() noexcept;
std::uint64_t process_open_files() noexcept;
/// The soft limit of open files.
std::uint64_t process_max_files() noexcept;

/// Names in /proc/self/fd, one by one: for kernels before 6.2, which do not say how many there are.
std::uint64_t listed_open_files() noexcept;

}  // namespace server::ops
