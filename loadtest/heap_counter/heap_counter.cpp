#include "loadtest/heap_counter/heap_counter.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "loadtest/heap_counter/counters.hpp"

#if defined(SANITIZED)
#define HEAP_COUNTER_HOOKS 1
// The hooks run inside the sanitizer's allocator, where instrumented code has no business.
#define HEAP_COUNTER_PLAIN __attribute__((no_sanitize("address", "thread", "undefined")))
#else
#define HEAP_COUNTER_HOOKS 0
#define HEAP_COUNTER_PLAIN
#endif

namespace heap_counter {
namespace {

counters in_process{};
counters* process = &in_process;
counters excluded{};  // by excluded threads, since they excluded themselves

struct thread_state {
  counts own;
  bool is_excluded;
};

// initial-exec: no lazily allocated TLS block, hence no malloc inside malloc.
[[gnu::tls_model("initial-exec")]] constinit thread_local thread_state this_thread{};

HEAP_COUNTER_PLAIN inline void add(std::uint64_t& counter, std::uint64_t n) noexcept {
  __atomic_fetch_add(&counter, n, __ATOMIC_RELAXED);
}

HEAP_COUNTER_PLAIN void count_allocation(std::size_t bytes) noexcept {
  ++this_thread.own.allocations;
  this_thread.own.bytes += bytes;
  add(process->allocations, 1);
  add(process->bytes, bytes);
  if (!this_thread.is_excluded) return;
  add(excluded.allocations, 1);
  add(excluded.bytes, bytes);
}

HEAP_COUNTER_PLAIN void count_free() noexcept {
  ++this_thread.own.frees;
  add(process->frees, 1);
  if (this_thread.is_excluded) add(excluded.frees, 1);
}

counts load(const counters& from) noexcept {
  return {__atomic_load_n(&from.allocations, __ATOMIC_RELAXED),
          __atomic_load_n(&from.frees, __ATOMIC_RELAXED),
          __atomic_load_n(&from.bytes, __ATOMIC_RELAXED)};
}

}  // namespace

counts process_counts() noexcept {
  return load(*process);
}

counts this_thread_counts() noexcept {
  return this_thread.own;
}

counts counted() noexcept {
  // The excluded first: what happens in between then counts at most too much, never below zero.
  const counts out = load(excluded);
  const counts all = load(*process);
  return {all.allocations - out.allocations, all.frees - out.frees, all.bytes - out.bytes};
}

void exclude_this_thread() noexcept {
  this_thread.is_excluded = true;
}

void keep_process_counts_in(counters* place) noexcept {
  const counts so_far = load(*process);
  *place = {so_far.allocations, so_far.frees, so_far.bytes};
  process = place;
}

}  // namespace heap_counter

std::uint64_t heap_counter_allocations() noexcept {
  return heap_counter::process_counts().allocations;
}

#if HEAP_COUNTER_HOOKS

extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*malloc_hook)(const volatile void*,
                                                                             std::size_t),
                                                         void (*free_hook)(const volatile void*));

namespace heap_counter {
namespace {

HEAP_COUNTER_PLAIN void on_malloc(const volatile void*, std::size_t bytes) {
  count_allocation(bytes);
}

HEAP_COUNTER_PLAIN void on_free(const volatile void* block) {
  if (block != nullptr) count_free();
}

[[gnu::constructor]] void install_hooks() {
  if (__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) == 0) std::abort();
}

}  // namespace
}  // namespace heap_counter

#else

extern "C" {

// glibc's own allocator under the names that it keeps for those who replace the public ones.
void* __libc_malloc(std::size_t bytes) noexcept;
void* __libc_calloc(std::size_t count, std::size_t bytes) noexcept;
void* __libc_realloc(void* block, std::size_t bytes) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t bytes) noexcept;
void* __libc_valloc(std::size_t bytes) noexcept;
void* __libc_pvalloc(std::size_t bytes) noexcept;
void __libc_free(void* block) noexcept;

#define HEAP_COUNTER_EXPORT [[gnu::visibility("default")]]

HEAP_COUNTER_EXPORT void* malloc(std::size_t bytes) noexcept {
  heap_counter::count_allocation(bytes);
  return __libc_malloc(bytes);
}

HEAP_COUNTER_EXPORT void* calloc(std::size_t count, std::size_t bytes) noexcept {
  heap_counter::count_allocation(count * bytes);
  return __libc_calloc(count, bytes);
}

HEAP_COUNTER_EXPORT void* realloc(void* block, std::size_t bytes) noexcept {
  const bool is_free = block != nullptr && bytes == 0;
  if (!is_free) heap_counter::count_allocation(bytes);
  void* const moved = __libc_realloc(block, bytes);
  const bool old_ended = block != nullptr && (is_free || moved != nullptr);
  if (old_ended) heap_counter::count_free();
  return moved;
}

HEAP_COUNTER_EXPORT void free(void* block) noexcept {
  if (block == nullptr) return;
  heap_counter::count_free();
  __libc_free(block);
}

HEAP_COUNTER_EXPORT void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  heap_counter::count_allocation(bytes);
  return __libc_memalign(alignment, bytes);
}

HEAP_COUNTER_EXPORT void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return memalign(alignment, bytes);
}

HEAP_COUNTER_EXPORT int posix_memalign(void** block, std::size_t alignment,
                                       std::size_t bytes) noexcept {
  const bool power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!power_of_two || alignment % sizeof(void*) != 0) return EINVAL;
  const int errno_before = errno;  // posix_memalign leaves errno alone
  void* const got = memalign(alignment, bytes);
  errno = errno_before;
  if (got == nullptr) return ENOMEM;
  *block = got;
  return 0;
}

HEAP_COUNTER_EXPORT void* valloc(std::size_t bytes) noexcept {
  heap_counter::count_allocation(bytes);
  return __libc_valloc(bytes);
}

HEAP_COUNTER_EXPORT void* pvalloc(std::size_t bytes) noexcept {
  heap_counter::count_allocation(bytes);
  return __libc_pvalloc(bytes);
}

}  // extern "C"

#endif
