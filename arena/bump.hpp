// The arithmetic of a bump arena, alone: where the next allocation starts, if it fits at all.
// Constant expressions without state; any thread may call them.
// They must never wrap: sizes come from the wire, and a wrapped size is a hole in the memory.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace arena {

/// Sizes are rounded up to this many bytes, so that every position is aligned to it.
inline constexpr std::size_t granule_bytes = 8;

/// The smallest multiple of `alignment`, a power of two, that is not below `bytes`.
/// 0 if that is more than std::size_t holds: the one case to look for after rounding up a size.
constexpr std::size_t round_up(std::size_t bytes, std::size_t alignment) noexcept {
  return (bytes + (alignment - 1)) & ~(alignment - 1);
}

/// The largest multiple of the granule that is not above `bytes`.
constexpr std::size_t round_down(std::size_t bytes) noexcept {
  return bytes & ~(granule_bytes - 1);
}

/// Bytes from `address` to the next multiple of `alignment`, a power of two.
constexpr std::size_t padding_for(std::uintptr_t address, std::size_t alignment) noexcept {
  return (std::uintptr_t{0} - address) & (alignment - 1);  // negated, as the sum could wrap
}

/// Whether `bytes` bytes, at least one, rounded up to the granule, fit into `room` bytes behind
/// `padding`. Without padding one compare covers sizes that wrap, a full block and none at all; of
/// zero bytes it says no. This is what every allocation goes through.
constexpr bool fits(std::size_t room, std::size_t padding, std::size_t bytes) noexcept {
  return padding <= room && round_up(bytes, granule_bytes) - 1 < room - padding;
}

/// The first address at or after `position` that is a multiple of `alignment` and has `bytes` bytes
/// before `end`; 0 if there is none. Zero bytes count as one, and the size is rounded up to the
/// granule, so that the result plus the rounded size is a position again.
/// `alignment` is a power of two; `position` and `end` are multiples of the granule,
/// `position` <= `end`. Whatever the arguments, nothing wraps. Position 0 means "no memory".
constexpr std::uintptr_t bump(std::uintptr_t position, std::uintptr_t end, std::size_t bytes,
                              std::size_t alignment) noexcept {
  assert(std::has_single_bit(alignment));
  assert(position <= end && position % granule_bytes == 0 && end % granule_bytes == 0);
  const std::size_t padding = padding_for(position, alignment);
  return fits(end - position, padding, bytes == 0 ? 1 : bytes) ? position + padding : 0;
}

/// Containers' texts of so many bytes start at a cache line where there is room for that.
inline constexpr std::size_t long_text_bytes = 2048;
inline constexpr std::size_t cache_line_bytes = 64;

/// The alignment that a container gets its memory with, between `position` and `end` as bump() has
/// them: `alignment`, but a cache line for a long text that fits with the padding, 56 bytes at
/// most. A std::string doubles to 2^k + 1 bytes. Packed, it would start 8 bytes after the one that
/// it is copied from, modulo a page, and there `rep movsb`, which glibc copies 2 KB or more with,
/// takes 25 times as long on AMD's Zen 4.
constexpr std::size_t container_alignment(std::uintptr_t position, std::uintptr_t end,
                                          std::size_t bytes, std::size_t alignment) noexcept {
  if (alignment != 1 || bytes < long_text_bytes) return alignment;
  return bump(position, end, bytes, cache_line_bytes) != 0 ? cache_line_bytes : alignment;
}

}  // namespace arena
