// Doubles from the text of a JSON number. Pure functions.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

namespace server::json {

/// Whether `computed`, by one multiplication or division of the digits of `number` as a double by a
/// power of ten as a double, must be the double nearest to it: where both are exact. In 16 bytes
/// with a point or an exponent are at most 15 digits, fewer than 2^53; in that range of results the
/// power is at most 10^22, the largest that is a double.
inline bool is_rounded_once(std::string_view number, double computed) noexcept {
  constexpr std::size_t bytes_max = 16;
  constexpr double least = 1e-7;
  constexpr double most = 1e15;
  const double magnitude = std::abs(computed);
  return number.size() <= bytes_max && magnitude >= least && magnitude <= most;
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
