// A field of a collection, or a place in the documents of one, as a query names it: price,
// address->city, tags->>0. Part of a plan; read by one thread, never written.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/collections/cell.hpp"
#include "server/json/decimal.hpp"

namespace server::collections {

/// Where a value becomes text if it is none. One is filled again and again.
class text_room {
 public:
  /// For texts of whole arrays and objects. Lifetime: it outlives the room.
  explicit text_room(std::pmr::memory_resource* memory) noexcept : long_(memory) {}

  /// The value as ->> has it: text without quotes, everything else as JSON, null as null.
  /// Lifetime of the text: until the next call. Throws what the memory throws.
  cell text_of(const cell& value);
  /// Units of work_budget for what was made since the last call.
  std::size_t take_cost() noexcept { return std::exchange(cost_, 0); }

 private:
  std::optional<json::decimal> decimal_;
  std::pmr::string long_;
  std::size_t cost_ = 0;
};

class field {
 public:
  enum class form : unsigned char { value, text };

  /// `keys` lead from the column into its documents: names, or numbers of elements.
  /// Lifetime: all arguments outlive the field.
  field(const column& from, std::span<const std::string_view> keys, form as) noexcept
      : from_(&from), keys_(keys), as_(as) {}

  const column& from() const noexcept { return *from_; }
  /// What its values are; document where each may be of another kind.
  column_kind kind() const noexcept {
    return as_ == form::text ? column_kind::text : from_->kind();
  }
  /// Whether at() may fill the room.
  bool makes_texts() const noexcept { return as_ == form::text; }

  /// The value in that row; null where the way does not lead. Lifetime: the collection's, or, if
  /// makes_texts(), until the room is used again.
  cell at(std::size_t row, text_room& room) const {
    if (keys_.empty() && as_ == form::value) return cell_of(*from_, row);
    return reached(row, room);
  }

 private:
  cell reached(std::size_t row, text_room& room) const;

  const column* from_;
  std::span<const std::string_view> keys_;
  form as_;
};

}  // namespace server::collections
