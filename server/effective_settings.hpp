// What settings that leave a number to the machine come to on it. The memory limit is read once in
// a process's life, at the first call: later the files may not be there to be read.
#pragma once

#include <cstddef>

#include "server/config.hpp"

namespace server {

/// threads, or where that is 0 the number of CPUs that affinity and the cgroups' quotas leave.
unsigned effective_threads(const config& settings);

/// memory_max_bytes, or where that is 0 what is found to be there for requests beside `data_bytes`
/// of rows.
std::size_t effective_memory_max(const config& settings, std::size_t data_bytes = 0) noexcept;

/// connections_max, or where that is 0 as many as there is memory for.
std::size_t effective_connections_max(const config& settings);

/// receive_buffer_bytes, or where that is 0 as large as there is memory for; 0: the kernel's bound.
std::size_t effective_receive_buffer(const config& settings);

}  // namespace server
