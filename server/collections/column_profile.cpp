#include "server/collections/column_profile.hpp"

#include <initializer_list>

#include "server/collections/load_error.hpp"

namespace server::collections {

namespace {

unsigned bits(std::initializer_list<value_class> classes) noexcept {
  unsigned all = 0;
  for (const value_class one : classes) all |= static_cast<unsigned>(one);
  return all;
}

}  // namespace

value_class integer_class(std::int64_t number) noexcept {
  // Compared as doubles' significands go: what is left without the zeros at its end has 53 bits.
  constexpr std::uint64_t exact_max = std::uint64_t{1} << std::numeric_limits<double>::digits;
  auto magnitude = static_cast<std::uint64_t>(number);
  if (number < 0) magnitude = 0 - magnitude;
  while (magnitude > exact_max && magnitude % 2 == 0) magnitude /= 2;
  return magnitude <= exact_max ? value_class::integer : value_class::long_integer;
}

column_kind column_profile::kind(column_kind otherwise) const noexcept {
  using enum value_class;
  const auto only = [this](std::initializer_list<value_class> classes) {
    return (seen & ~bits(classes)) == 0;
  };
  if (seen == 0) return otherwise;
  if (only({boolean})) return column_kind::boolean;
  if (only({integer, long_integer})) return column_kind::integer;
  if (only({integer, real})) return column_kind::real;
  if (only({text})) return column_kind::text;
  return otherwise;
}

std::string column_profile::obstacle(column_kind as) const {
  if (as != column_kind::text || text_bytes <= text_bytes_max) return {};
  return "the texts of column " + quoted(name) + " have " + std::to_string(text_bytes) +
         " bytes together; at most " + std::to_string(text_bytes_max) + " can be held";
}

}  // namespace server::collections
