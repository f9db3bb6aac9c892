// Doubles from the text of a JSON number. Pure functions.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

namespace server::json {

/// Whether `number`, JSON with a point or an exponent, has at most 15 digits and no exponent.
inline bool is_short_fraction(std::string_view number) noexcept {
  constexpr std::size_t digits_and_point = 16;
  if (number.size() > digits_and_point) return false;
  for (const char byte : number) {
    if (byte == 'e' || byte == 'E') return false;
  }
  return true;
}

/// The double nearest to `number`, which is JSON; nullopt where it is too large for one, or not 0
/// and so small that 0 is the nearest. O(number).
inline std::optional<double> nearest_double(std::string_view number) noexcept {
  double nearest = 0;
  const auto [stop, failure] =
      std::from_chars(number.data(), number.data() + number.size(), nearest);
  if (failure != std::errc()) return std::nullopt;
  return nearest;
}

}  // namespace server::json
