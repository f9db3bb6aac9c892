// Random choices that are the same on every machine for the same seed: the standard's distributions
// are not. Owned by one test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

class random_source {
 public:
  explicit random_source(std::uint64_t seed) : bits_(seed) {}

  /// 0 to count - 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits_() % count); }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(most - least + 1));
  }
  /// True in `percent` of 100 cases.
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class Choices>
  const auto& one_of(const Choices& choices) {
    return choices[below(std::size(choices))];
  }

 private:
  std::mt19937_64 bits_;
};
