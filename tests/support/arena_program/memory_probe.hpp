// What the arena's model asks of a stretch of memory: its size in granules, its place, its content,
// and in builds that poison, whether it may be touched. Functions without state. In builds that do
// not poison, all memory counts as usable, and as poisoned too: there nothing can be told.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "arena/bump.hpp"
#include "arena/poison.hpp"

namespace memory_probe {

inline std::size_t granules(std::size_t bytes) noexcept {
  return arena::round_up(std::max<std::size_t>(bytes, 1), arena::granule_bytes);
}

/// The granules that are whole within `bytes`.
constexpr std::size_t whole_granules(std::size_t bytes) noexcept {
  return bytes / arena::granule_bytes * arena::granule_bytes;
}

inline std::uintptr_t address(const void* p) noexcept {
  return reinterpret_cast<std::uintptr_t>(p);
}

inline std::size_t padding_for(const std::byte* p, std::size_t alignment) noexcept {
  return (std::uintptr_t{0} - address(p)) & (alignment - 1);
}

inline bool usable([[maybe_unused]] const std::byte* at,
                   [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(ARENA_POISONS)
  return __asan_region_is_poisoned(const_cast<std::byte*>(at), bytes) == nullptr;
#else
  return true;
#endif
}

inline bool poisoned([[maybe_unused]] const std::byte* at) noexcept {
#if defined(ARENA_POISONS)
  return __asan_address_is_poisoned(at) != 0;
#else
  return true;
#endif
}

inline bool filled(const std::byte* at, std::size_t bytes, std::uint8_t fill) noexcept {
  if (!usable(at, bytes)) return false;
  return bytes == 0 || (at[0] == std::byte{fill} && std::memcmp(at, at + 1, bytes - 1) == 0);
}

}  // namespace memory_probe
