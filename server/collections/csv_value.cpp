#include "server/collections/csv_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace server::collections {

namespace {

constexpr std::array<std::string_view, 3> truths = {"true", "TRUE", "True"};
constexpr std::array<std::string_view, 3> falsehoods = {"false", "FALSE", "False"};

bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

// Drops the digits at the beginning; false: there are none.
bool skip_digits(std::string_view& text) noexcept {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto bytes = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(bytes);
  return bytes > 0;
}

bool skip_any(std::string_view& text, std::string_view bytes) noexcept {
  if (text.empty() || bytes.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// What follows the whole part of a number: of RFC 8259, section 6, frac and exp.
bool ends_number(std::string_view rest) noexcept {
  if (skip_any(rest, ".") && !skip_digits(rest)) return false;
  if (skip_any(rest, "eE")) {
    skip_any(rest, "+-");
    if (!skip_digits(rest)) return false;
  }
  return rest.empty();
}

template <class Number>
bool read(std::string_view field, Number& to) noexcept {
  const char* const end = field.data() + field.size();
  const auto [stop, failure] = std::from_chars(field.data(), end, to);
  return failure == std::errc() && stop == end;
}

value_class class_of_number(std::string_view field) noexcept {
  std::string_view rest = field;
  skip_any(rest, "-");
  const std::string_view digits = rest;
  if (!skip_digits(rest)) return value_class::text;
  if (digits.front() == '0' && digits.size() - rest.size() > 1) return value_class::text;
  if (rest.empty() && field != "-0") {
    std::int64_t whole = 0;
    return read(field, whole) ? integer_class(whole) : value_class::text;
  }
  double number = 0;
  return ends_number(rest) && read(field, number) ? value_class::real : value_class::text;
}

}  // namespace

value_class class_of(std::string_view field) noexcept {
  if (is_digit(field.front()) || field.front() == '-') return class_of_number(field);
  const bool is_boolean =
      std::ranges::count(truths, field) + std::ranges::count(falsehoods, field) > 0;
  return is_boolean ? value_class::boolean : value_class::text;
}

bool boolean_of(std::string_view field) noexcept {
  return std::ranges::count(truths, field) > 0;
}

std::int64_t integer_of(std::string_view field) noexcept {
  std::int64_t number = 0;
  read(field, number);
  return number;
}

double real_of(std::string_view field) noexcept {
  double number = 0;
  read(field, number);
  return number;
}

}  // namespace server::collections
