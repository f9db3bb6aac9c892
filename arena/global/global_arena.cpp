#include "arena/global/global_arena.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string_view>
#include <system_error>

namespace arena::global {

namespace {

// All of it runs before main as well and beneath operator new: nothing here has a dynamic
// initialiser, and nothing here allocates but by malloc.

static_assert(granule_bytes == __STDCPP_DEFAULT_NEW_ALIGNMENT__);
static_assert(granule_bytes <= alignof(std::max_align_t), "malloc must align the region to it");

struct region {
  std::byte* begin;  // null if the system did not give it
  std::size_t bytes;
  std::size_t limit_bytes;
};

constexpr std::size_t cache_line_bytes = 64;

// Apart, so that a thread that only deletes does not slow those that allocate.
struct alignas(cache_line_bytes) {
  std::atomic<std::size_t> used_bytes;
  std::atomic<std::uint64_t> allocations;
} constinit taken{};
alignas(cache_line_bytes) constinit std::atomic<std::uint64_t> deallocations{};

constinit std::atomic_flag exhaustion_reported{};

std::size_t limit_from_environment() noexcept {
  const char* const text = std::getenv(limit_variable);
  if (text == nullptr) return default_limit_bytes;
  const std::string_view digits = text;
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), bytes);
  if (error == std::errc{} && end == digits.end() && bytes > 0) return bytes;
  std::fprintf(stderr, "arena::global: %s=%s is no number of bytes above 0; the limit is %zu\n",
               limit_variable, text, default_limit_bytes);
  return default_limit_bytes;
}

region take_region() noexcept {
  const std::size_t limit_bytes = limit_from_environment();
  const std::size_t bytes = limit_bytes / granule_bytes * granule_bytes;
  auto* const begin = static_cast<std::byte*>(std::malloc(bytes));
  if (begin != nullptr) return {begin, bytes, limit_bytes};
  std::fprintf(stderr, "arena::global: the system refuses %zu bytes; lower %s\n", limit_bytes,
               limit_variable);
  return {nullptr, 0, limit_bytes};
}

// The first caller takes it, whichever thread that is; the others wait for it.
const region& memory() noexcept {
  static const region whole = take_region();
  return whole;
}

std::size_t padding_for(const std::byte* p, std::size_t alignment) noexcept {
  return (0 - reinterpret_cast<std::uintptr_t>(p)) & (alignment - 1);
}

// Null, and nothing has changed, if it does not fit.
void* bump(std::size_t bytes, std::size_t alignment) noexcept {
  const region& whole = memory();
  const std::size_t asked = std::max<std::size_t>(bytes, 1);
  std::size_t used = taken.used_bytes.load(std::memory_order_relaxed);
  for (;;) {
    const std::size_t padding = padding_for(whole.begin + used, alignment);
    const std::size_t left = whole.bytes - used;
    if (padding > left || asked > left - padding) return nullptr;
    // What is left is whole granules: what fits unrounded fits rounded, and cannot wrap.
    const std::size_t rounded = (asked + (granule_bytes - 1)) & ~(granule_bytes - 1);
    // Compared, not added blindly: a request that fails must leave the rest to smaller ones.
    if (taken.used_bytes.compare_exchange_weak(used, used + padding + rounded,
                                               std::memory_order_relaxed)) {
      taken.allocations.fetch_add(1, std::memory_order_relaxed);
      return whole.begin + used + padding;
    }
  }
}

void report_exhaustion_once(std::size_t asked) noexcept {
  const region& whole = memory();
  if (whole.begin == nullptr || exhaustion_reported.test_and_set()) return;
  std::fprintf(stderr,
               "arena::global: out of memory: asked %zu bytes, used %zu of the limit of %zu; "
               "%s=<bytes> raises it\n",
               asked, taken.used_bytes.load(std::memory_order_relaxed), whole.limit_bytes,
               limit_variable);
}

void* allocate(std::size_t bytes, std::size_t alignment = granule_bytes) {
  assert(std::has_single_bit(alignment));
  for (;;) {
    if (void* const result = bump(bytes, alignment)) return result;
    report_exhaustion_once(bytes);
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void* allocate_or_null(std::size_t bytes, std::size_t alignment = granule_bytes) noexcept {
  try {
    return allocate(bytes, alignment);
  } catch (...) {  // from a new_handler, whatever it throws
    return nullptr;
  }
}

// Release, so that who reads this count sees the allocation of what was deleted as well.
void deallocate(const void* p) noexcept {
  if (p != nullptr) deallocations.fetch_add(1, std::memory_order_release);
}

}  // namespace

process_statistics statistics() noexcept {
  const region& whole = memory();
  const std::uint64_t deleted = deallocations.load(std::memory_order_acquire);
  return {.used_bytes = taken.used_bytes.load(std::memory_order_relaxed),
          .limit_bytes = whole.limit_bytes,
          .reserved_bytes = whole.bytes,
          .allocations = taken.allocations.load(std::memory_order_relaxed),
          .deallocations = deleted};
}

}  // namespace arena::global

// Every replaceable form, in the order of [new.delete]: none is left to forward to another.

using arena::global::allocate;
using arena::global::allocate_or_null;
using arena::global::deallocate;

void* operator new(std::size_t bytes) {
  return allocate(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept {
  deallocate(p);
}
void operator delete(void* p, std::size_t) noexcept {
  deallocate(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
  deallocate(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  deallocate(p);
}
void operator delete(void* p, const std::nothrow_t&) noexcept {
  deallocate(p);
}
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  deallocate(p);
}

void* operator new[](std::size_t bytes) {
  return allocate(bytes);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes);
}
void* operator new[](std::size_t bytes, std::align_val_t alignment,
                     const std::nothrow_t&) noexcept {
  return allocate_or_null(bytes, static_cast<std::size_t>(alignment));
}
void operator delete[](void* p) noexcept {
  deallocate(p);
}
void operator delete[](void* p, std::size_t) noexcept {
  deallocate(p);
}
void operator delete[](void* p, std::align_val_t) noexcept {
  deallocate(p);
}
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept {
  deallocate(p);
}
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  deallocate(p);
}
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept {
  deallocate(p);
}
