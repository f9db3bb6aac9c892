#include "server/collections/id_index.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "server/json/decimal.hpp"

namespace server::collections {

namespace {

__extension__ using wide = unsigned __int128;

// The text of the id that a row has in a column; empty: it has none.
class id_text {
 public:
  id_text(const column& from, std::size_t row) noexcept {
    if (from.is_null(row)) return;
    if (from.kind() == column_kind::integer) {
      set(from.integer(row));
    } else if (from.kind() == column_kind::text) {
      text_ = from.text(row);
    } else if (from.kind() == column_kind::document) {
      const boost::json::value& id = from.document(row);
      if (const auto* text = id.if_string()) text_ = *text;
      if (const auto* number = id.if_int64()) set(*number);
      if (const auto* number = id.if_uint64()) set(*number);
    }
  }
  operator std::string_view() const noexcept { return text_; }

  id_text(const id_text&) = delete;
  id_text& operator=(const id_text&) = delete;

 private:
  template <class Integer>
  void set(Integer number) noexcept {
    text_ = digits_.emplace(number);
  }

  std::optional<json::decimal> digits_;
  std::string_view text_;
};

// The index of the slot that holds the row with that id, or of the free one where it would stand.
std::size_t slot_of(std::span<const std::uint32_t> slots, const column& by,
                    std::string_view id) noexcept {
  const std::size_t hash = std::hash<std::string_view>()(id);
  auto slot = static_cast<std::size_t>(wide{hash} * slots.size() >> 64);
  while (slots[slot] != 0 && id_text(by, slots[slot] - 1) != id)
    slot = slot + 1 < slots.size() ? slot + 1 : 0;
  return slot;
}

bool can_identify(const column& by) noexcept {
  return !by.has_nulls() && by.kind() != column_kind::boolean && by.kind() != column_kind::real;
}

// False, with `slots` half filled, if the column does not identify the rows.
bool fill(std::span<std::uint32_t> slots, const column& by, std::size_t rows) noexcept {
  if (!can_identify(by)) return false;
  std::ranges::fill(slots, 0U);
  for (std::size_t row = 0; row < rows; ++row) {
    const id_text id(by, row);
    if (std::string_view(id).empty()) return false;
    std::uint32_t& slot = slots[slot_of(slots, by, id)];
    if (slot != 0) return false;
    slot = static_cast<std::uint32_t>(row + 1);
  }
  return true;
}

// Null if no column identifies the rows; `slots` is filled by the one that does.
const column* choose_column(std::span<std::uint32_t> slots, std::span<const column> columns,
                            std::size_t rows) {
  const auto named_id = std::ranges::find(columns, std::string_view("id"), &column::name);
  if (named_id != columns.end() && fill(slots, *named_id, rows)) return &*named_id;
  for (const column& candidate : columns) {
    if (fill(slots, candidate, rows)) return &candidate;
  }
  return nullptr;
}

}  // namespace

id_index id_index::choose(std::span<const column> columns, std::size_t rows,
                          arena::bump_arena& memory) {
  id_index chosen;
  chosen.rows_ = rows;
  if (rows == 0) return chosen;
  // Two thirds full, so that a search ends after a slot or two.
  std::vector<std::uint32_t> scratch(rows + rows / 2 + 1);
  chosen.by_ = choose_column(scratch, columns, rows);
  if (chosen.by_ != nullptr) chosen.slots_ = memory.copy(std::span<const std::uint32_t>(scratch));
  return chosen;
}

std::optional<std::size_t> id_index::find(std::string_view id) const noexcept {
  if (rows_ == 0) return std::nullopt;
  if (by_ == nullptr) {
    // One row, one address: 7, but not 07.
    if (id.size() > 1 && id.front() == '0') return std::nullopt;
    return json::parse_decimal(id, rows_ - 1);
  }
  const std::uint32_t found = slots_[slot_of(slots_, *by_, id)];
  if (found == 0) return std::nullopt;
  return found - 1;
}

}  // namespace server::collections
