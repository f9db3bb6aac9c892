// One aggregate of one group while rows are added to it. A value, moved freely.
#pragma once

#include <cstdint>
#include <memory_resource>

#include "server/collections/cell.hpp"
#include "server/collections/query.hpp"

namespace server::collections {

class accumulator {
 public:
  /// Adds a value that is not null. sum and avg pass over what is no number. min and max keep
  /// `value`, text included.
  void add(aggregate how, const cell& value) noexcept;
  /// Whether min or max would keep it.
  bool keeps(aggregate how, const cell& value) const noexcept;
  /// A whole number for count and for sums of whole numbers within 64 bits, else a double; null for
  /// the sum, average, least or greatest of nothing.
  cell result(aggregate how) const noexcept;

 private:
  void add_number(const cell& value) noexcept;

  std::int64_t count_ = 0;
  std::int64_t whole_ = 0;
  long double real_ = 0;  // sums of doubles with 11 bits to spare
  bool is_whole_ = true;
  cell best_;
};

}  // namespace server::collections
