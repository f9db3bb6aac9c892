// How a collection finds a row by its id: which member of the rows identifies them, and a hash
// table of row numbers over it. Built once; then read by all threads without locks. Lifetime: the
// table lives in the memory it was built in and refers to no row by address, so that find() is
// given the same rows that choose() was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>

#include <boost/json/array.hpp>

namespace server::collections {

class id_index {
 public:
  /// Indexes `rows`, all of them objects, by the member `id`, or else by the first row's first
  /// member, such that every row has in it a string that is not empty, or an integer, and no two
  /// the same. Integers count as their decimal text. If there is none, rows go by their number.
  /// The table is taken from `memory`; scratch memory comes from the heap. O(rows) a member tried.
  static id_index choose(const boost::json::array& rows, std::pmr::memory_resource& memory);

  /// The member that identifies rows; empty: rows go by their number from 0. Lifetime: the rows'.
  std::string_view member() const noexcept { return member_; }

  /// The number of the row with that id. O(1), allocates nothing.
  std::optional<std::size_t> find(const boost::json::array& rows,
                                  std::string_view id) const noexcept;

 private:
  std::string_view member_;
  // Open addressing, a power of two; each slot holds a row's number plus 1, or 0 if it is free.
  // 32 bits are enough: boost::json::array takes no more than 2^31 - 1 elements.
  std::span<const std::uint32_t> slots_;
};

}  // namespace server::collections
