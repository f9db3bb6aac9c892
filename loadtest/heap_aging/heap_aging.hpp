// Ages the heap of a thread by a fixed pattern of allocations, so that what is allocated afterwards
// comes from scattered free memory, as in a process that has run for days. Called by programs of
// the lab, before they are measured, on each thread that is to allocate: glibc gives each thread an
// arena of its own. It calls plain operator new and operator delete, and so ages whichever
// allocator the program runs on; it must never change an allocator's settings.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heap_aging {

/// In each generation objects are allocated until `objects` are alive, of sizes from a generator
/// that `seed` starts; then `freed_percent` of them are freed, picked at random and in random
/// order. What is left after the last generation stays for the life of the process.
///
/// An object has 16 to 1024 bytes: the six octaves are equally frequent, sizes within one too. One
/// in `large_every` has 4 to 64 KiB instead, by the same rule: below the 128 KiB from which glibc
/// maps memory, so that its threshold for that does not move. Every byte is written.
///
/// With the defaults 1.2 million objects are allocated and 150,000 stay, 39 MiB a thread, strewn
/// over the 140 MiB that half a million took: far more than caches and TLBs reach, which is what
/// makes an old heap dear. It takes less than a second; twice the objects cost twice the time, and
/// age a heap little more.
struct pattern {
  std::size_t objects = 500'000;
  unsigned generations = 3;
  unsigned freed_percent = 70;     ///< 0 to 100
  std::size_t large_every = 1000;  ///< at least 1
  std::uint64_t seed = 1;
};

/// What was done: the same for the same pattern, on every machine.
struct outcome {
  std::size_t allocated_objects = 0;
  std::size_t allocated_bytes = 0;
  std::size_t kept_objects = 0;
  std::size_t kept_bytes = 0;
  std::uint64_t order_checksum = 0;  ///< of which objects were freed, in their order
};

/// Ages the heap that the calling thread allocates from. Any number of threads at a time.
/// Throws std::bad_alloc, with the heap as it was, but for its age.
outcome age(const pattern& wanted = {});

}  // namespace heap_aging
