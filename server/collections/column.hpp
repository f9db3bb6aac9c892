// One field of all rows of a collection, its values side by side. Built once, then immutable and
// read by all threads without locks. Everything of it lives in the collection's arena: moving or
// copying a column copies views.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <boost/json/value.hpp>

namespace server::collections {

/// What all values of a column are, nulls apart. document: JSON that is nested or of several kinds.
enum class column_kind : unsigned char { boolean, integer, real, text, document };

/// One bit a row. No bits at all where none would be set.
class row_bits {
 public:
  row_bits() = default;
  explicit row_bits(std::span<const std::uint64_t> words) noexcept : words_(words) {}

  bool operator[](std::size_t row) const noexcept {
    return !words_.empty() && (words_[row / 64] >> (row % 64) & 1) != 0;
  }
  bool any() const noexcept { return !words_.empty(); }

 private:
  std::span<const std::uint64_t> words_;
};

class column {
 public:
  std::string_view name() const noexcept { return name_; }
  column_kind kind() const noexcept { return kind_; }

  // `row` is below the collection's size. A value may be asked for by the column's kind alone, and
  // where it is not null. Lifetime: the collection's.

  bool is_null(std::size_t row) const noexcept { return nulls_[row]; }
  bool has_nulls() const noexcept { return nulls_.any(); }
  /// Null since the row's object had no such member.
  bool is_absent(std::size_t row) const noexcept { return absent_[row]; }

  bool boolean(std::size_t row) const noexcept { return get<bool>(column_kind::boolean, row); }
  std::int64_t integer(std::size_t row) const noexcept {
    return get<std::int64_t>(column_kind::integer, row);
  }
  double real(std::size_t row) const noexcept { return get<double>(column_kind::real, row); }
  std::string_view text(std::size_t row) const noexcept {
    assert(kind_ == column_kind::text);
    const auto* const ends = static_cast<const std::uint32_t*>(values_);
    return {characters_ + ends[row], ends[row + 1] - ends[row]};
  }
  const boost::json::value& document(std::size_t row) const noexcept {
    assert(kind_ == column_kind::document);
    return static_cast<const boost::json::value*>(values_)[row];
  }

 private:
  friend class column_builder;

  template <class Value>
  const Value& get([[maybe_unused]] column_kind asked, std::size_t row) const noexcept {
    assert(kind_ == asked);
    return static_cast<const Value*>(values_)[row];
  }

  std::string_view name_;
  column_kind kind_ = column_kind::document;
  row_bits nulls_;
  row_bits absent_;
  const void* values_ = nullptr;      // of text: where each begins in characters_, and the end
  const char* characters_ = nullptr;  // of all texts, one behind the other
};

}  // namespace server::collections
