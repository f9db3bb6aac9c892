// Poisoning: in AddressSanitizer builds, arena memory that nobody may touch is marked so.
// Elsewhere all of it compiles to nothing.
// Whoever hands memory out unpoisons it, to the byte; whoever takes it back poisons it.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#if defined(ARENA_POISONS)
#include <sanitizer/asan_interface.h>
#endif

namespace arena {

#if defined(ARENA_POISONS)
inline constexpr bool poisoning = true;
inline void poison(const void* p, std::size_t bytes) noexcept {
  ASAN_POISON_MEMORY_REGION(p, bytes);
}
inline void unpoison(const void* p, std::size_t bytes) noexcept {
  ASAN_UNPOISON_MEMORY_REGION(p, bytes);
}
#else
inline constexpr bool poisoning = false;
inline void poison(const void*, std::size_t) noexcept {}
inline void unpoison(const void*, std::size_t) noexcept {}
#endif

}  // namespace arena
