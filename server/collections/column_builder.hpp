// Fills one column, row by row, into memory that its profile lets it take at once. Used while
// loading; what it made is the collection's and lives in its arena.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <boost/json/value.hpp>

#include "server/collections/collection.hpp"
#include "server/collections/column.hpp"
#include "server/collections/column_profile.hpp"

namespace server::collections {

class column_builder {
 public:
  /// `as` is the profile's kind, and nothing is in its way. Takes the memory for all `rows` rows.
  column_builder(const column_profile& profile, column_kind as, std::size_t rows,
                 collection_memory& memory);

  column_kind kind() const noexcept { return made_.kind_; }

  // Rows come in their order, each at most once; one that never comes is absent. Values are of the
  // builder's kind, and no more than the profile counted. O(value).

  void add_null(std::size_t row) noexcept;
  void add_boolean(std::size_t row, bool value) noexcept { put(row, value); }
  void add_integer(std::size_t row, std::int64_t value) noexcept { put(row, value); }
  void add_real(std::size_t row, double value) noexcept { put(row, value); }
  void add_text(std::size_t row, std::string_view value) noexcept;
  /// Copies it into the collection's arena.
  void add_document(std::size_t row, const boost::json::value& value);

  /// Call it once, after the last row.
  column finish() noexcept;

 private:
  template <class Value>
  void put(std::size_t row, Value value) noexcept {
    static_cast<Value*>(values_)[row] = value;
    mark_value(row);
  }
  void mark_value(std::size_t row) noexcept;
  void end_texts_before(std::size_t row) noexcept;

  collection_memory* memory_;
  std::size_t rows_;
  column made_;
  void* values_ = nullptr;  // null: there is no value
  std::span<std::uint64_t> nulls_;
  std::span<std::uint64_t> absent_;
  char* characters_ = nullptr;
  std::uint32_t characters_end_ = 0;
  std::size_t texts_ended_ = 0;  // rows whose text's end is known
};

}  // namespace server::collections
