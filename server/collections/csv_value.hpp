// What the text of a CSV field stands for. Nothing is guessed that could not be written back:
// 007, +1 and a number of too many digits are texts.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/collections/column_profile.hpp"

namespace server::collections {

/// integer: digits, perhaps behind a minus, without leading zeros, within 64 bits. real: a number
/// as JSON has it with a fraction or an exponent, within a double's range; -0 too. boolean: true or
/// false, in lower case, upper case or capitalised. Else text. `field` is not empty. O(bytes).
value_class class_of(std::string_view field) noexcept;

// `field` is of that class, or for real an integer. O(bytes).
bool boolean_of(std::string_view field) noexcept;
std::int64_t integer_of(std::string_view field) noexcept;
double real_of(std::string_view field) noexcept;

}  // namespace server::collections
