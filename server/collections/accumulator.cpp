#include "server/collections/accumulator.hpp"

namespace server::collections {

bool accumulator::keeps(aggregate how, const cell& value) const noexcept {
  if (count_ == 0) return true;
  const auto order = compare(value, best_);
  return how == aggregate::min ? order < 0 : order > 0;
}

void accumulator::add(aggregate how, const cell& value) noexcept {
  switch (how) {
    case aggregate::sum:
    case aggregate::avg:
      return add_number(value);
    case aggregate::min:
    case aggregate::max:
      if (keeps(how, value)) best_ = value;
      break;
    case aggregate::none:
    case aggregate::count:
      break;
  }
  ++count_;
}

void accumulator::add_number(const cell& value) noexcept {
  if (const auto* const real = std::get_if<double>(&value)) {
    real_ += *real;
    is_whole_ = false;
    ++count_;
  } else if (const auto* const whole = std::get_if<std::int64_t>(&value)) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(whole_, *whole, &sum)) {
      real_ += whole_;
      is_whole_ = false;
      sum = *whole;
    }
    whole_ = sum;
    ++count_;
  }
}

cell accumulator::result(aggregate how) const noexcept {
  if (how == aggregate::count) return count_;
  if (count_ == 0) return null();
  const long double sum = real_ + static_cast<long double>(whole_);
  switch (how) {
    case aggregate::sum:
      return is_whole_ ? cell(whole_) : cell(static_cast<double>(sum));
    case aggregate::avg:
      return static_cast<double>(sum / static_cast<long double>(count_));
    default:
      return best_;
  }
}

}  // namespace server::collections
