// How a collection finds a row by its id: which column identifies the rows, and a hash table of row
// numbers over it. Built once; then read by all threads without locks. Lifetime: the table and the
// column live in the collection's arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "arena/bump_arena.hpp"
#include "server/collections/column.hpp"

namespace server::collections {

class id_index {
 public:
  /// Indexes the rows by the column `id`, or else by the first column, such that every row has in
  /// it a text that is not empty, or an integer, and no two the same. Integers count as their
  /// decimal text. If there is none, rows go by their number. The table is taken from `memory`, 6
  /// bytes a row; as much scratch memory comes from the heap. O(rows) a column tried.
  static id_index choose(std::span<const column> columns, std::size_t rows,
                         arena::bump_arena& memory);

  /// The column that identifies rows. Null: rows go by their number from 0.
  const column* by() const noexcept { return by_; }

  /// The number of the row with that id. O(1), allocates nothing.
  std::optional<std::size_t> find(std::string_view id) const noexcept;

 private:
  const column* by_ = nullptr;
  std::size_t rows_ = 0;
  // Open addressing; each slot holds a row's number plus 1, or 0 if it is free.
  std::span<const std::uint32_t> slots_;
};

}  // namespace server::collections
