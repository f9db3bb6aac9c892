#include "loadtest/generator/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace generator {

void histogram::record(std::uint64_t nanoseconds) noexcept {
  (*counts_)[bucket(nanoseconds)].add(1);
  count_.add(1);
  sum_.add(nanoseconds);
  if (nanoseconds > max_.load()) max_.store(nanoseconds);
}

void histogram::merge(const histogram& other) noexcept {
  for (std::size_t i = 0; i < bucket_count; ++i) (*counts_)[i].add(other.in_bucket(i));
  count_.add(other.count());
  sum_.add(other.sum_.load());
  max_.store(std::max(max(), other.max()));
}

double histogram::mean() const noexcept {
  if (count() == 0) return 0;
  return static_cast<double>(sum_.load()) / static_cast<double>(count());
}

std::uint64_t histogram::rank_of(double share) const noexcept {
  // A product such as 0.9 * 110 lies a little above the whole number that is meant.
  const double rank = std::ceil(share * static_cast<double>(count()) * (1 - 1e-12));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1,
                                   std::max<std::uint64_t>(count(), 1));
}

double histogram::quantile(double share) const noexcept {
  if (count() == 0) return 0;
  const std::uint64_t rank = rank_of(share);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bucket_count; ++i) {
    seen += in_bucket(i);
    if (seen >= rank) return std::min(middle_of(i), static_cast<double>(max()));
  }
  return static_cast<double>(max());
}

std::uint64_t histogram::first_of(std::size_t index) noexcept {
  if (index < (2u << fraction_bits)) return index;
  const std::size_t shift = (index >> fraction_bits) - 1;
  const std::uint64_t leading = (index & ((1u << fraction_bits) - 1)) | (1u << fraction_bits);
  return leading << shift;
}

double histogram::middle_of(std::size_t index) noexcept {
  if (index < (2u << fraction_bits)) return static_cast<double>(index);
  const std::size_t shift = (index >> fraction_bits) - 1;
  const double width = std::ldexp(1.0, static_cast<int>(shift));
  return static_cast<double>(first_of(index)) + (width - 1) / 2;
}

}  // namespace generator
