#include "server/collections/grouping.hpp"

#include <algorithm>

namespace server::collections {

namespace {

constexpr std::size_t first_slots = 64;

bool is_key(const output& one) noexcept {
  return one.how == aggregate::none;
}

}  // namespace

grouping::grouping(const plan& by, std::pmr::memory_resource* memory)
    : by_(by),
      memory_(memory),
      groups_(memory),
      accumulators_(memory),
      slots_(first_slots, 0, memory),
      room_(memory),
      other_room_(memory),
      has_keys_(std::ranges::any_of(by.outputs, is_key)) {
  if (!has_keys_) add_group({0, 0});
}

void grouping::add(std::size_t row) {
  const std::size_t first = group_of(row) * by_.outputs.size();
  for (std::size_t i = 0; i < by_.outputs.size(); ++i) {
    const output& each = by_.outputs[i];
    if (is_key(each)) continue;
    accumulator& to = accumulators_[first + i];
    if (!each.from) {
      to.add(each.how, true);  // of count(), which counts whatever there is
    } else if (const cell value = each.from->at(row, room_); !is_null(value)) {
      to.add(each.how, kept(each, to, value));
    }
  }
}

// The room's text is gone with the next row: what min and max keep is copied.
cell grouping::kept(const output& from, const accumulator& in, const cell& value) {
  const auto* const text = std::get_if<std::string_view>(&value);
  const bool is_kept = from.how == aggregate::min || from.how == aggregate::max;
  if (text == nullptr || !is_kept || !from.from->makes_texts() || !in.keeps(from.how, value))
    return value;
  auto* const copy = static_cast<char*>(memory_->allocate(text->size(), 1));
  std::ranges::copy(*text, copy);
  return std::string_view(copy, text->size());
}

cell grouping::at(std::size_t number, std::size_t output, text_room& room) const {
  const auto& asked = by_.outputs[output];
  if (is_key(asked)) return asked.from->at(groups_[number].first_row, room);
  return accumulators_[number * by_.outputs.size() + output].result(asked.how);
}

std::size_t grouping::group_of(std::size_t row) {
  if (!has_keys_) return 0;
  if (groups_.size() * 2 >= slots_.size()) grow();
  const std::uint32_t hash = hash_of_row(row);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) {
      add_group({static_cast<std::uint32_t>(row), hash});
      slots_[slot] = static_cast<std::uint32_t>(groups_.size());
      return groups_.size() - 1;
    }
    const group& found = groups_[slots_[slot] - 1];
    if (found.hash == hash && has_keys_of(found, row)) return slots_[slot] - 1;
  }
}

std::uint32_t grouping::hash_of_row(std::size_t row) {
  std::uint64_t hash = 0;
  for (const output& each : by_.outputs) {
    if (!is_key(each)) continue;
    // A multiplication by a large odd number spreads each part over all bits.
    hash = (hash ^ hash_of(each.from->at(row, room_))) * 0x9E3779B97F4A7C15;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

bool grouping::has_keys_of(const group& one, std::size_t row) {
  return std::ranges::all_of(by_.outputs, [&](const output& each) {
    return !is_key(each) ||
           is_same(each.from->at(one.first_row, room_), each.from->at(row, other_room_));
  });
}

void grouping::add_group(group added) {
  accumulators_.resize(accumulators_.size() + by_.outputs.size());
  groups_.push_back(added);
}

void grouping::grow() {
  std::pmr::vector<std::uint32_t> wider(slots_.size() * 2, 0, memory_);
  const std::size_t mask = wider.size() - 1;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    std::size_t slot = groups_[i].hash & mask;
    while (wider[slot] != 0) slot = (slot + 1) & mask;
    wider[slot] = static_cast<std::uint32_t>(i + 1);
  }
  slots_ = std::move(wider);
}

}  // namespace server::collections
