#include "server/json/text_output.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace server::json {

namespace {

// Below it every whole number is a double, or a float.
template <class Real>
constexpr Real exact_below = static_cast<Real>(std::uint64_t{1}
                                               << std::numeric_limits<Real>::digits);

// A decimal of at most 15 digits is the only such that a double is nearest to. So where a number is
// the double nearest to some millionths below 10^15, these are its shortest digits, and that is
// seen by one division. Returns `to` where it is not, and where an exponent would be as short.
char* put_millionths(double number, char* to) noexcept {
  constexpr double least = 1e-3;
  constexpr double below = 1e9;
  constexpr double per_unit = 1e6;
  const double magnitude = std::abs(number);
  if (!(magnitude >= least && magnitude < below)) return to;
  const auto millionths = static_cast<std::uint64_t>(magnitude * per_unit + 0.5);
  if (static_cast<double>(millionths) / per_unit != magnitude) return to;
  if (number < 0) *to++ = '-';
  constexpr std::uint32_t unit = 1'000'000;
  to = std::to_chars(to, to + 10, millionths / unit).ptr;
  *to++ = '.';
  for (auto rest = static_cast<std::uint32_t>(millionths % unit); rest != 0; rest %= unit) {
    rest *= 10;
    *to++ = static_cast<char>('0' + rest / unit);
  }
  return to;
}

}  // namespace

void text_output::refill(std::size_t bytes) {
  commit();
  begin_ = position_ = end_ = nullptr;
  const auto room = to_.prepare(bytes);
  begin_ = position_ = room.data();
  end_ = position_ + room.size();
}

template <class Real>
void text_output::put_real(Real number) {
  if (!std::isfinite(number)) return put("null");
  ensure(number_bytes_max);
  // Whole numbers as people write them, where to_chars would say 1e+05.
  if (std::abs(number) < exact_below<Real>) {
    const auto whole = static_cast<std::int64_t>(number);
    if (static_cast<Real>(whole) == number) {
      if (whole == 0 && std::signbit(number)) return put("-0.0");
      return put_number(whole);
    }
  }
  if constexpr (std::is_same_v<Real, double>) {
    char* const end = put_millionths(number, position_);
    if (end != position_) return wrote_to(end);
  }
  position_ = std::to_chars(position_, position_ + number_bytes_max, number).ptr;
}

void text_output::put_number(double number) {
  put_real(number);
}

void text_output::put_number(float number) {
  put_real(number);
}

// Escapes make the text longer than the room that was taken for it. So it goes by what there is
// room for, and never asks for room for all of the rest: many escapes would ask for it many times.
char* text_output::put_from_escape(std::string_view text, char* to) {
  constexpr std::size_t behind = 2;  // the quote, and what put_rest_of_string promises
  position_ = to;
  while (!text.empty()) {
    ensure(escape_bytes_max);
    const std::string_view piece = text.substr(0, static_cast<std::size_t>(end_ - position_));
    const std::size_t clean = copy_clean(piece, position_);
    position_ += clean;
    text.remove_prefix(clean);
    if (clean == piece.size()) continue;
    put_escaped(static_cast<unsigned char>(text.front()));
    text.remove_prefix(1);
  }
  ensure(behind);
  return position_;
}

void text_output::put_escaped(unsigned char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  ensure(escape_bytes_max);
  *position_++ = '\\';
  *position_++ = escapes[byte];
  if (escapes[byte] != 'u') return;
  *position_++ = '0';
  *position_++ = '0';
  *position_++ = hex[byte >> 4];
  *position_++ = hex[byte & 0xf];
}

}  // namespace server::json
