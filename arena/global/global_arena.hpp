// A whole program's operator new on one bump arena. To link arena_global into a program is enough;
// only who wants the figures includes this. The region is the process's: taken once, at the first
// operator new (which may come before main), and never given back. Any thread, any time; no lock.
// operator delete counts and does nothing else, so memory only grows: never for a program that
// runs on and on. What calls malloc itself (C libraries, thrown exceptions) stays on the heap.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arena::global {

/// The environment variable that sets the region's size, in bytes and digits alone. Read once, at
/// the first operator new; what is no number, or 0, is reported on stderr and the default taken.
inline constexpr const char* limit_variable = "ARENA_GLOBAL_LIMIT";

/// Room for a demonstration, and within a small machine's memory. Untouched pages cost nothing,
/// unless the kernel is told to count them (vm.overcommit_memory=2).
inline constexpr std::size_t default_limit_bytes = std::size_t{1} << 30;

/// Sizes are rounded up to this, zero included: what operator new must align to unless asked more.
inline constexpr std::size_t granule_bytes = 16;

/// Figures since the process started.
struct process_statistics {
  std::size_t used_bytes;       ///< handed out, rounding and padding included; the peak as well
  std::size_t limit_bytes;      ///< as ARENA_GLOBAL_LIMIT has it, or the default
  std::size_t reserved_bytes;   ///< the limit in whole granules; 0 if the region was not to be had
  std::uint64_t allocations;    ///< calls of operator new that succeeded
  std::uint64_t deallocations;  ///< calls of operator delete, null pointers left out
};

/// Takes the region if nothing has yet. The figures are read one after the other while other
/// threads go on; allocations is never less than deallocations.
process_statistics statistics() noexcept;

}  // namespace arena::global
