#include "server/collections/grouping.hpp"

#include <algorithm>

namespace server::collections {

namespace {

constexpr std::size_t first_slots = 64;

bool is_key(const output& one) noexcept {
  return one.how == aggregate::none;
}

bool is_aggregate(const output& one) noexcept {
  return !is_key(one);
}

// The text of which is gone with the next row.
bool keeps_made_text(const output& one) noexcept {
  return (one.how == aggregate::min || one.how == aggregate::max) && one.from->makes_texts();
}

}  // namespace

grouping::grouping(const plan& by, std::pmr::memory_resource* memory)
    : by_(by),
      memory_(memory),
      groups_(memory),
      aggregates_(static_cast<std::size_t>(std::ranges::count_if(by.outputs, is_aggregate))),
      accumulators_(memory),
      texts_(memory),
      slots_(first_slots, 0, memory),
      room_(memory),
      other_room_(memory),
      has_keys_(aggregates_ < by.outputs.size()),
      keeps_texts_(std::ranges::any_of(by.outputs, keeps_made_text)) {
  if (!has_keys_) add_group({0, 0});
}

void grouping::add(std::size_t row) {
  std::size_t place = group_of(row) * aggregates_;
  for (const output& each : by_.outputs) {
    if (is_aggregate(each)) add_value(each, place++, row);
  }
}

void grouping::add_value(const output& to, std::size_t place, std::size_t row) {
  accumulator& in = accumulators_[place];
  if (!to.from) {
    in.add(to.how, true);  // of count(), which counts whatever there is
    return;
  }
  const cell value = to.from->at(row, room_);
  if (is_null(value) || !in.add(to.how, value) || !keeps_made_text(to)) return;
  std::pmr::string& kept = texts_[place];
  kept.assign(std::get<std::string_view>(value));
  in.keep(kept);
}

cell grouping::at(std::size_t number, std::size_t output, text_room& room) const {
  const auto& asked = by_.outputs[output];
  if (is_key(asked)) return asked.from->at(groups_[number].first_row, room);
  const auto before = std::count_if(
      by_.outputs.begin(), by_.outputs.begin() + static_cast<std::ptrdiff_t>(output), is_aggregate);
  return accumulators_[number * aggregates_ + static_cast<std::size_t>(before)].result(asked.how);
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
  accumulators_.resize(accumulators_.size() + aggregates_);
  if (keeps_texts_) texts_.resize(accumulators_.size());
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
