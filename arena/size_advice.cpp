#include "arena/size_advice.hpp"

#include <algorithm>

namespace arena {

namespace {
// How stale the advice may be, in peaks.
constexpr std::uint32_t advice_interval = 32;
}  // namespace

void size_advice::record(std::size_t peak_bytes) noexcept {
  ++weights_[size_class::index_for(std::min(peak_bytes, size_class::largest_bytes))];
  ++total_;
  if (until_advice_ > 0) {
    --until_advice_;
    return;
  }
  if (total_ >= window) decay();
  advise();
  until_advice_ = std::min(total_, advice_interval) - 1;
}

void size_advice::advise() noexcept {
  std::uint32_t above = total_ / exceeded_by_one_in;
  std::size_t index = size_class::count - 1;
  while (weights_[index] <= above && index > 0) above -= weights_[index--];
  advised_bytes_ = size_class::bytes(index);
}

void size_advice::decay() noexcept {
  total_ = 0;
  for (std::uint32_t& weight : weights_) total_ += weight /= 2;
}

}  // namespace arena
