// Counts calls of the malloc family (operator new arrives there, and is counted once). Linking
// heap_counter_object into a program, or preloading libheap_counter.so, is enough to count; under
// AddressSanitizer and ThreadSanitizer their hooks count instead. Any thread, any time, before
// main too; nothing here allocates, takes a lock or throws. realloc of a block is one allocation
// and one free, so that allocations - frees is what is alive. (GCC 12's ThreadSanitizer reports no
// posix_memalign and no aligned_alloc to its hooks; those are missing there.)
#pragma once

#include <cstdint>

namespace heap_counter {

struct counts {
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t bytes = 0;  // asked for, not what malloc rounds it to
};

// Since the program started. The three figures are read one after the other.
counts process_counts() noexcept;

// Since the calling thread started.
counts this_thread_counts() noexcept;

// As process_counts, without what excluded threads did after they excluded themselves.
counts counted() noexcept;

// From here on counted() leaves out the calling thread, for as long as it lives.
void exclude_this_thread() noexcept;

}  // namespace heap_counter

// process_counts().allocations, for whoever looks it up with dlsym(RTLD_DEFAULT, ...).
extern "C" [[gnu::visibility("default")]] std::uint64_t heap_counter_allocations() noexcept;
