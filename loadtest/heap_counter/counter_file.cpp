// Only in libheap_counter.so: keeps the counts in the file that HEAP_COUNTER_FILE names, so that
// the lab reads them at any time while the program runs. A child process that inherits the
// environment starts the counts anew in the same file.

#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "loadtest/heap_counter/counters.hpp"

namespace heap_counter {
namespace {

[[noreturn]] void fail(const char* step) {
  std::perror(step);
  std::_Exit(127);
}

[[gnu::constructor]] void map_counter_file() {
  const char* const path = std::getenv("HEAP_COUNTER_FILE");
  if (path == nullptr || *path == '\0') return;
  const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) fail("heap_counter: HEAP_COUNTER_FILE");
  if (::ftruncate(file, sizeof(counters)) != 0) fail("heap_counter: ftruncate");
  void* const place =
      ::mmap(nullptr, sizeof(counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (place == MAP_FAILED) fail("heap_counter: mmap");
  ::close(file);
  keep_process_counts_in(static_cast<counters*>(place));
}

}  // namespace
}  // namespace heap_counter
