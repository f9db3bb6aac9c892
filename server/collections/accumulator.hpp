// One aggregate of one group while rows are added to it. A value, moved freely.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "server/collections/cell.hpp"
#include "server/collections/query.hpp"

namespace server::collections {

class accumulator {
 public:
  /// Adds a value that is not null. sum and avg pass over what is no number. True: min or max keep
  /// `value`, a text as the view that it is.
  bool add(aggregate how, const cell& value) noexcept;
  /// A text at another place in place of the one that is kept.
  void keep(std::string_view text) noexcept { best_ = text; }
  /// A whole number for count and for sums of whole numbers within 64 bits, else a double; null for
  /// the sum, average, least or greatest of nothing, and for what is beyond a double.
  cell result(aggregate how) const noexcept;

 private:
  void add_number(const cell& value) noexcept;

  std::int64_t count_ = 0;
  __extension__ typedef __int128 wide;
  wide whole_ = 0;        // whatever 2^63 numbers of 64 bits come to
  long double real_ = 0;  // sums of doubles with 11 bits to spare
  bool is_whole_ = true;
  cell best_;
};

}  // namespace server::collections
