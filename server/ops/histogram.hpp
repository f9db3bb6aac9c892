// A log-linear histogram: counts of values in buckets whose width grows with the value, 16 an
// octave, so that a quantile is off by less than 7 %. One thread records, any thread reads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace server::ops {

/// A number that one thread changes and any thread reads. Cheaper than an atomic increment.
class counter {
 public:
  void add(std::uint64_t n) noexcept { store(load() + n); }
  void subtract(std::uint64_t n) noexcept { store(load() - n); }
  void store(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t load() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class histogram {
 public:
  void record(std::uint64_t value) noexcept {
    counts_[bucket(value)].add(1);
    sum_.add(value);
    if (value > max_.load()) max_.store(value);
  }
  /// Adds what `other` holds; the caller's histogram must be its own.
  void merge(const histogram& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i].add(other.counts_[i].load());
    sum_.add(other.sum_.load());
    max_.store(std::max(max_.load(), other.max_.load()));
  }
  void clear() noexcept {
    for (counter& c : counts_) c.store(0);
    sum_.store(0);
    max_.store(0);
  }
  std::uint64_t count() const noexcept { return count(0, bucket_count); }
  /// How many values fell into the buckets from `first` to before `end`.
  std::uint64_t count(std::size_t first, std::size_t end) const noexcept {
    std::uint64_t total = 0;
    for (std::size_t i = first; i < end; ++i) total += counts_[i].load();
    return total;
  }
  std::uint64_t sum() const noexcept { return sum_.load(); }
  std::uint64_t max() const noexcept { return max_.load(); }
  /// The least bucket end that at least `share` (0 to 1) of the values do not exceed; 0 if empty.
  std::uint64_t quantile(double share) const noexcept {
    const double wanted = share * static_cast<double>(count());
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i].load();
      if (seen > 0 && static_cast<double>(seen) >= wanted) return std::min(last_of(i), max());
    }
    return 0;
  }

  static constexpr std::size_t linear_log2 = 4;
  static constexpr std::size_t bucket_count = (64 - linear_log2 + 1) << linear_log2;

  // Values below 16 have a bucket each; above, the 4 bits that follow the leading one choose it.
  static constexpr std::size_t bucket(std::uint64_t value) noexcept {
    if (value < (1u << linear_log2)) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 1 - linear_log2;
    return (shift << linear_log2) + static_cast<std::size_t>(value >> shift);
  }
  /// The largest value that falls into bucket `index`.
  static constexpr std::uint64_t last_of(std::size_t index) noexcept {
    if (index < (2u << linear_log2)) return index;
    const std::size_t shift = (index >> linear_log2) - 1;
    const std::uint64_t mantissa = (index & ((1u << linear_log2) - 1)) | (1u << linear_log2);
    return ((mantissa + 1) << shift) - 1;
  }

 private:
  std::array<counter, bucket_count> counts_;
  counter sum_;
  counter max_;
};

}  // namespace server::ops
