// What the next arena of a kind should start with, learnt from the peaks of earlier ones: a high
// quantile of them, kept as a histogram of size classes that forgets. One a kind of request; owned
// by its pool, used on the pool's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "arena/size_class.hpp"

namespace arena {

class size_advice {
 public:
  /// A peak that no more than one in this many requests exceed is what is advised: rare giants do
  /// not set the size for all.
  static constexpr std::uint32_t exceeded_by_one_in = 200;
  /// When so many peaks weigh in, all weights are halved: the last thousand or two decide.
  static constexpr std::uint32_t window = 1024;

  /// Takes note of what one arena used at most. O(1), but that every few calls the advice is made
  /// anew, O(size classes).
  void record(std::size_t peak_bytes) noexcept;
  /// A size that is enough for all but a few, rounded up to its size class; 0 before any peak.
  std::size_t advised_bytes() const noexcept { return advised_bytes_; }

 private:
  void advise() noexcept;
  void decay() noexcept;

  std::array<std::uint32_t, size_class::count> weights_{};
  std::uint32_t total_ = 0;
  std::uint32_t until_advice_ = 0;
  std::size_t advised_bytes_ = 0;
};

}  // namespace arena
