// Sizes in classes, four an octave from 256 bytes to 64 MiB, so that at most a fifth of what is
// taken for a size is slack: the classes of kept blocks, and of the sizes that arenas are advised.
// Constant expressions; it owns nothing.
#pragma once

#include <bit>
#include <cstddef>

namespace arena::size_class {

inline constexpr std::size_t smallest_log2 = 8;
inline constexpr std::size_t largest_log2 = 26;
inline constexpr std::size_t largest_bytes = std::size_t{1} << largest_log2;
inline constexpr std::size_t count = (largest_log2 - smallest_log2) * 4 + 1;

/// The bytes that class `index` stands for; class 4k + q has 2^(k + smallest_log2) * (1 + q/4).
constexpr std::size_t bytes(std::size_t index) noexcept {
  const std::size_t octave = std::size_t{1} << (smallest_log2 + index / 4);
  return octave + octave / 4 * (index % 4);
}

/// The smallest class with at least `size` bytes, which is at most largest_bytes.
constexpr std::size_t index_for(std::size_t size) noexcept {
  if (size <= std::size_t{1} << smallest_log2) return 0;
  const auto log2 = static_cast<std::size_t>(std::bit_width(size - 1) - 1);
  const std::size_t octave = std::size_t{1} << log2;
  const std::size_t quarters = (size - octave + octave / 4 - 1) >> (log2 - 2);
  return (log2 - smallest_log2) * 4 + quarters;
}

}  // namespace arena::size_class
