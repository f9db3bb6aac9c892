// What the first pass over a file's rows learns of one column: enough to lay out its values at once
// in the second, none moved and no room left over. Used while loading, on the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "server/collections/column.hpp"

namespace server::collections {

/// What one value is, before the others of its column are known. A bit each.
enum class value_class : unsigned char {
  boolean = 1,
  integer = 2,       ///< of which there is a double of exactly that value
  long_integer = 4,  ///< of which there is none
  real = 8,
  text = 16,
  other = 32  ///< nested, or a number above 64 bits with a sign
};

/// Of an integer: whether a double can be it. O(1).
value_class integer_class(std::int64_t number) noexcept;

struct column_profile {
  /// Where each text ends is kept in 32 bits.
  static constexpr std::uint64_t text_bytes_max = std::numeric_limits<std::uint32_t>::max();

  std::string name;
  std::size_t members = 0;       ///< rows that have it, be it null
  std::size_t values = 0;        ///< rows in which it is not null
  std::uint64_t text_bytes = 0;  ///< of all values that are texts
  unsigned seen = 0;             ///< the classes of all values

  void add(value_class one) noexcept { seen |= static_cast<unsigned>(one); }
  bool has(value_class one) const noexcept { return (seen & static_cast<unsigned>(one)) != 0; }

  /// `otherwise` where there is no value, or where values are of kinds that do not go together.
  /// Integers and reals do where no integer would lose digits as a double.
  column_kind kind(column_kind otherwise) const noexcept;

  /// Why a column of that kind cannot be laid out; empty: it can.
  std::string obstacle(column_kind as) const;
};

/// As many as SQLite takes unless told otherwise. A column costs memory for each row, also where a
/// row has no such member.
inline constexpr std::size_t columns_max = 2000;

/// Row numbers are 32 bits, and there is one more than rows.
inline constexpr std::size_t rows_max = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace server::collections
