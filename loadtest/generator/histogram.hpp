// A log-linear histogram of times in nanoseconds, HDR style: 128 buckets an octave, so that the
// middle of a bucket is within 0.4 % of every value in it, from 1 ns to centuries. One thread, its
// owner, records, in constant time; any thread may read meanwhile and sees counts that are at most
// slightly old. Must never allocate while it records.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace generator {

/// A number that one thread changes and any thread reads. Cheaper than an atomic increment.
class counter {
 public:
  void add(std::uint64_t n) noexcept { store(load() + n); }
  void store(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t load() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class histogram {
 public:
  static constexpr std::size_t fraction_bits = 7;
  static constexpr std::size_t bucket_count = (64 - fraction_bits + 1) << fraction_bits;

  void record(std::uint64_t nanoseconds) noexcept;
  /// Adds what `other` holds.
  void merge(const histogram& other) noexcept;

  std::uint64_t count() const noexcept { return count_.load(); }
  std::uint64_t max() const noexcept { return max_.load(); }
  double mean() const noexcept;  ///< 0 if empty
  std::uint64_t in_bucket(std::size_t index) const noexcept { return (*counts_)[index].load(); }

  /// The rank, from 1, of the value that `share` (0 to 1) of the recorded values do not exceed.
  std::uint64_t rank_of(double share) const noexcept;
  /// The value at that rank, as the middle of its bucket, never above max(); 0 if empty.
  double quantile(double share) const noexcept;

  // Values below 128 have a bucket each; above, the 7 bits that follow the leading one choose it.
  static constexpr std::size_t bucket(std::uint64_t value) noexcept {
    if (value < (1u << fraction_bits)) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 1 - fraction_bits;
    return (shift << fraction_bits) + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t first_of(std::size_t index) noexcept;
  static double middle_of(std::size_t index) noexcept;

 private:
  std::unique_ptr<std::array<counter, bucket_count>> counts_ =
      std::make_unique<std::array<counter, bucket_count>>();
  counter count_, sum_, max_;
};

}  // namespace generator
