// One value of a row as queries see it, stored, reached by arrows or computed: how such values are
// compared, and how they become text. Pure functions.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include <boost/json/value.hpp>

#include "server/collections/column.hpp"
#include "server/json/text_output.hpp"

namespace server::collections {

using null = std::monostate;

/// Whole numbers are std::int64_t where they fit, else std::uint64_t. Lifetime: texts and documents
/// are views of what the collection or the request's memory holds.
using cell = std::variant<null, bool, std::int64_t, std::uint64_t, double, std::string_view,
                          const boost::json::value*>;

inline bool is_null(const cell& value) noexcept {
  return std::holds_alternative<null>(value);
}

/// Of the kind that it fits.
cell whole_number(std::uint64_t number) noexcept;
/// What the column holds in that row.
cell cell_of(const column& from, std::size_t row) noexcept;
/// A document that is no array and no object is the value that it holds.
cell cell_of(const boost::json::value& document) noexcept;

/// The order of values: null, false, true, numbers by value, texts by their bytes, then arrays and
/// objects, which have no order among themselves.
std::weak_ordering compare(const cell& a, const cell& b) noexcept;
inline bool is_before(const cell& a, const cell& b) noexcept {
  return compare(a, b) < 0;
}
/// Whether they have an order by what they are: both numbers, both texts, ...
bool are_of_a_kind(const cell& a, const cell& b) noexcept;
/// Whether they are one group: equal in order and, of arrays and objects, in content.
bool is_same(const cell& a, const cell& b) noexcept;
/// Equal where they are the same.
std::size_t hash_of(const cell& value) noexcept;

/// Appends the value as JSON. Throws what the output throws.
void put(const cell& value, json::text_output& to);

/// The number that all of `text` is, as JSON writes numbers or with zeros and points that JSON does
/// not take: 007, .5, 5.; null if it is none in the range of a double.
cell number_of(std::string_view text) noexcept;

}  // namespace server::collections
