#include "server/collections/cell.hpp"

#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <system_error>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include "server/json/document.hpp"

namespace server::collections {

namespace {

enum class rank { null, boolean, number, text, document };

rank rank_of(const cell& value) noexcept {
  constexpr rank ranks[] = {rank::null,   rank::boolean, rank::number,  rank::number,
                            rank::number, rank::text,    rank::document};
  static_assert(std::size(ranks) == std::variant_size_v<cell>);
  return ranks[value.index()];
}

std::weak_ordering order(auto a, auto b) noexcept {
  if (a < b) return std::weak_ordering::less;
  return b < a ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

// A number's value: 64 bits of mantissa hold each kind exactly.
long double wide(const cell& value) noexcept {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (const auto* const whole = std::get_if<std::int64_t>(&value))
    return static_cast<long double>(*whole);
  if (const auto* const large = std::get_if<std::uint64_t>(&value))
    return static_cast<long double>(*large);
  return *std::get_if<double>(&value);
}

std::weak_ordering compare_numbers(const cell& a, const cell& b) noexcept {
  const auto* const whole_a = std::get_if<std::int64_t>(&a);
  const auto* const whole_b = std::get_if<std::int64_t>(&b);
  if (whole_a != nullptr && whole_b != nullptr) return order(*whole_a, *whole_b);
  return order(wide(a), wide(b));
}

const boost::json::value& document_of(const cell& value) noexcept {
  return **std::get_if<const boost::json::value*>(&value);
}

}  // namespace

cell whole_number(std::uint64_t number) noexcept {
  if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return static_cast<std::int64_t>(number);
  return number;
}

cell cell_of(const column& from, std::size_t row) noexcept {
  if (from.is_null(row)) return null();
  switch (from.kind()) {
    case column_kind::boolean:
      return from.boolean(row);
    case column_kind::integer:
      return from.integer(row);
    case column_kind::real:
      return from.real(row);
    case column_kind::text:
      return from.text(row);
    case column_kind::document:
      return cell_of(from.document(row));
  }
  return null();
}

cell cell_of(const boost::json::value& document) noexcept {
  switch (document.kind()) {
    case boost::json::kind::null:
      return null();
    case boost::json::kind::bool_:
      return document.get_bool();
    case boost::json::kind::int64:
      return document.get_int64();
    case boost::json::kind::uint64:
      return whole_number(document.get_uint64());
    case boost::json::kind::double_:
      return document.get_double();
    case boost::json::kind::string:
      return std::string_view(document.get_string());
    case boost::json::kind::array:
    case boost::json::kind::object:
      return &document;
  }
  return null();
}

std::weak_ordering compare(const cell& a, const cell& b) noexcept {
  const rank kind = rank_of(a);
  if (kind != rank_of(b)) return order(kind, rank_of(b));
  switch (kind) {
    case rank::boolean:
      return order(*std::get_if<bool>(&a), *std::get_if<bool>(&b));
    case rank::number:
      return compare_numbers(a, b);
    case rank::text:
      return *std::get_if<std::string_view>(&a) <=> *std::get_if<std::string_view>(&b);
    case rank::null:
    case rank::document:
      break;
  }
  return std::weak_ordering::equivalent;
}

bool are_of_a_kind(const cell& a, const cell& b) noexcept {
  return rank_of(a) == rank_of(b);
}

bool is_same(const cell& a, const cell& b) noexcept {
  if (compare(a, b) != std::weak_ordering::equivalent) return false;
  return rank_of(a) != rank::document || document_of(a) == document_of(b);
}

std::size_t hash_of(const cell& value) noexcept {
  switch (rank_of(value)) {
    case rank::null:
      return 0;
    case rank::boolean:
      return *std::get_if<bool>(&value) ? 2 : 1;
    case rank::number:
      // By the double: a whole number and a real one that are equal have the same.
      return std::hash<double>()(static_cast<double>(wide(value)));
    case rank::text:
      return std::hash<std::string_view>()(*std::get_if<std::string_view>(&value));
    case rank::document:
      return std::hash<boost::json::value>()(document_of(value));
  }
  return 0;
}

void put(const cell& value, json::text_output& to) {
  if (const auto* const truth = std::get_if<bool>(&value)) return to.put_bool(*truth);
  if (const auto* const whole = std::get_if<std::int64_t>(&value)) return to.put_number(*whole);
  if (const auto* const large = std::get_if<std::uint64_t>(&value)) return to.put_number(*large);
  if (const auto* const real = std::get_if<double>(&value)) return to.put_number(*real);
  if (const auto* const text = std::get_if<std::string_view>(&value)) return to.put_string(*text);
  if (rank_of(value) == rank::document) return json::put(document_of(value), to);
  to.put("null");
}

cell number_of(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc() && read.ptr == end)
    return whole;
  std::uint64_t large = 0;
  if (const auto read = std::from_chars(text.data(), end, large);
      read.ec == std::errc() && read.ptr == end)
    return large;  // which did not fit above
  double real = 0;
  const auto read = std::from_chars(text.data(), end, real);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(real)) return null();
  return real;
}

}  // namespace server::collections
