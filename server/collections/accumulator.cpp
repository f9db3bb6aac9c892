#include "server/collections/accumulator.hpp"

#include <cmath>
#include <limits>

namespace server::collections {

bool accumulator::add(aggregate how, const cell& value) noexcept {
  const bool is_first = count_ == 0;
  switch (how) {
    case aggregate::sum:
    case aggregate::avg:
      add_number(value);
      return false;
    case aggregate::none:
    case aggregate::count:
      ++count_;
      return false;
    case aggregate::min:
    case aggregate::max:
      break;
  }
  ++count_;
  const auto order = compare(value, best_);
  if (!is_first && !(how == aggregate::min ? order < 0 : order > 0)) return false;
  best_ = value;
  return true;
}

void accumulator::add_number(const cell& value) noexcept {
  if (const auto* const real = std::get_if<double>(&value)) {
    real_ += *real;
    is_whole_ = false;
  } else if (const auto* const whole = std::get_if<std::int64_t>(&value)) {
    whole_ += *whole;
  } else if (const auto* const large = std::get_if<std::uint64_t>(&value)) {
    whole_ += *large;
  } else {
    return;
  }
  ++count_;
}

cell accumulator::result(aggregate how) const noexcept {
  if (how == aggregate::count) return count_;
  if (count_ == 0) return null();
  if (how == aggregate::min || how == aggregate::max) return best_;
  if (how == aggregate::sum && is_whole_) {
    if (whole_ < 0 && whole_ >= std::numeric_limits<std::int64_t>::min())
      return static_cast<std::int64_t>(whole_);
    if (whole_ >= 0 && whole_ <= std::numeric_limits<std::uint64_t>::max())
      return whole_number(static_cast<std::uint64_t>(whole_));
  }
  const long double sum = real_ + static_cast<long double>(whole_);
  const long double parts = how == aggregate::sum ? 1 : static_cast<long double>(count_);
  const auto rounded = static_cast<double>(sum / parts);
  return std::isfinite(rounded) ? cell(rounded) : null();
}

}  // namespace server::collections
