// Where the process-wide counts are kept: inside heap_counter.cpp, or in a mapped file that
// another process reads. For the files of this folder alone.
#pragma once

#include <cstdint>

namespace heap_counter {

// Three u64 in memory order (little-endian on every machine this runs on): the layout of
// HEAP_COUNTER_FILE. Only ever touched with atomic operations.
struct counters {
  std::uint64_t allocations;
  std::uint64_t frees;
  std::uint64_t bytes;
};

// Moves the process-wide counts to `place`, which must outlive the process. Before other threads.
void keep_process_counts_in(counters* place) noexcept;

}  // namespace heap_counter
