#include "server/collections/id_index.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <functional>
#include <memory>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "server/json/decimal.hpp"

namespace server::collections {

namespace {

using digits = std::array<char, 20>;  // the longest of 64 bits, sign included

template <class Integer>
std::string_view decimal(Integer number, digits& room) noexcept {
  return {room.data(), std::to_chars(room.data(), room.data() + room.size(), number).ptr};
}

// The text of the id that `row` has in `member`, in `room` if it must be made; empty: it has none.
std::string_view id_of(const boost::json::value& row, std::string_view member,
                       digits& room) noexcept {
  const boost::json::value* const id = row.get_object().if_contains(member);
  if (id == nullptr) return {};
  if (const auto* text = id->if_string()) return *text;
  if (const auto* number = id->if_int64()) return decimal(*number, room);
  if (const auto* number = id->if_uint64()) return decimal(*number, room);
  return {};
}

// The index of the slot that holds the row with that id, or of the free one where it would stand.
std::size_t slot_of(std::span<const std::uint32_t> slots, const boost::json::array& rows,
                    std::string_view member, std::string_view id) noexcept {
  const std::size_t mask = slots.size() - 1;
  digits room;
  std::size_t slot = std::hash<std::string_view>()(id) & mask;
  while (slots[slot] != 0 && id_of(rows[slots[slot] - 1], member, room) != id)
    slot = (slot + 1) & mask;
  return slot;
}

// False, with `slots` half filled, if `member` does not identify the rows.
bool fill(std::span<std::uint32_t> slots, const boost::json::array& rows,
          std::string_view member) noexcept {
  std::ranges::fill(slots, 0U);
  std::uint32_t number = 0;
  for (const auto& row : rows) {
    digits room;
    const std::string_view id = id_of(row, member, room);
    if (id.empty()) return false;
    std::uint32_t& slot = slots[slot_of(slots, rows, member, id)];
    if (slot != 0) return false;
    slot = ++number;
  }
  return true;
}

// Empty if no member identifies the rows; `slots` is filled by the one that does.
std::string_view choose_member(std::span<std::uint32_t> slots, const boost::json::array& rows) {
  if (fill(slots, rows, "id")) return "id";
  for (const auto& candidate : rows.front().get_object()) {
    if (fill(slots, rows, candidate.key())) return candidate.key();
  }
  return {};
}

}  // namespace

id_index id_index::choose(const boost::json::array& rows, std::pmr::memory_resource& memory) {
  id_index chosen;
  if (rows.empty()) return chosen;
  // At most half full, so that a search ends after a slot or two.
  std::vector<std::uint32_t> scratch(std::bit_ceil(rows.size() * 2));
  chosen.member_ = choose_member(scratch, rows);
  if (chosen.member_.empty()) return chosen;
  auto* const kept =
      std::pmr::polymorphic_allocator<std::uint32_t>(&memory).allocate(scratch.size());
  std::uninitialized_copy(scratch.begin(), scratch.end(), kept);
  chosen.slots_ = {kept, scratch.size()};
  return chosen;
}

std::optional<std::size_t> id_index::find(const boost::json::array& rows,
                                          std::string_view id) const noexcept {
  if (rows.empty()) return std::nullopt;
  if (member_.empty()) {
    // One row, one address: 7, but not 07.
    if (id.size() > 1 && id.front() == '0') return std::nullopt;
    return json::parse_decimal(id, rows.size() - 1);
  }
  const std::uint32_t found = slots_[slot_of(slots_, rows, member_, id)];
  if (found == 0) return std::nullopt;
  return found - 1;
}

}  // namespace server::collections
