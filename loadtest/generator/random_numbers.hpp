// Numbers that only look random: the same seed and stream give the same sequence everywhere, so
// that a run can be repeated. SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
#pragma once

#include <cmath>
#include <cstdint>

namespace generator {

class random_numbers {
 public:
  /// `stream`: sequences of one seed that must not resemble each other, such as one a request.
  random_numbers(std::uint64_t seed, std::uint64_t stream) noexcept
      : state_(mixed(seed + increment) ^ mixed(stream * increment + 1)) {}

  std::uint64_t next() noexcept { return mixed(state_ += increment); }
  /// From 0 to before 1, in steps of 2^-53.
  double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
  /// Exponentially distributed with mean 1.
  double exponential() noexcept { return -std::log1p(-unit()); }
  /// A whole number from `low` to `high`, both included. The bias is below 2^-32 for ranges up to
  /// 2^32, which a load never shows.
  std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
    const std::uint64_t width =
        static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const std::uint64_t number = next();
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                     (width == 0 ? number : number % width));
  }

 private:
  static constexpr std::uint64_t increment = 0x9E3779B97F4A7C15u;

  static std::uint64_t mixed(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace generator
