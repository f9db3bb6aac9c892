// arena_model's part for what takes memory: where it must lie, and what it must count as.
#include <algorithm>
#include <cstring>

#include "tests/support/arena_program/arena_model.hpp"
#include "tests/support/arena_program/memory_probe.hpp"

using memory_probe::granules;

void arena_model::attempted(const snapshot& before, std::size_t bytes, std::size_t alignment,
                            failure result) noexcept {
  const bool upstream_failed = upstream_failed_since(before);
  if (result == failure::none) {
    expect(!upstream_failed, "upstream failed, and the operation did not");
    return;
  }
  const bool padding_is_known = spot_.has_value() || alignment <= arena::granule_bytes;
  expect_unchanged(before, "a failed operation changed the numbers");
  if (result == failure::limit)
    expect(!within_limit(bytes, alignment) || !padding_is_known,
           "refused, as over the limit, what the limit allows");
  else
    expect(within_limit(bytes, alignment) && upstream_failed,
           "upstream's failure, but it did not fail");
}

void arena_model::allocated(const snapshot& before, void* p, std::size_t bytes,
                            std::size_t alignment) {
  const range taken{static_cast<std::byte*>(p), bytes, depth_, next_fill_++};
  if (!take_in(before, taken, alignment)) return;
  if (bytes > 0) std::memset(taken.at, taken.fill, bytes);
  live_.push_back(taken);
}

void arena_model::lent(const snapshot& before, void* p, std::size_t bytes, std::size_t alignment) {
  take_in(before, {static_cast<std::byte*>(p), bytes, depth_, 0}, alignment);
}

void arena_model::lent_returned(void* p, std::size_t bytes) noexcept {
  const range gone{static_cast<std::byte*>(p), bytes, depth_, 0};
  if (is_latest(gone)) spot_->position = gone.at;
  blocks_.forget_returned();
}

// False if it is not what it should be.
bool arena_model::take_in(const snapshot& before, const range& taken, std::size_t alignment) {
  const std::size_t rounded = granules(taken.bytes);
  expect(before.numbers.used_bytes <= limit_bytes_ &&
             rounded <= limit_bytes_ - before.numbers.used_bytes,
         "allocated over the limit");
  expect(taken.at != nullptr && memory_probe::address(taken.at) % alignment == 0,
         "a null or misaligned pointer");
  std::byte* const block_end = blocks_.end_of_block_at(taken.at);
  expect(block_end != nullptr && taken.end() <= block_end, "memory outside of any block");
  expect(is_disjoint_from_live(taken.at, rounded), "memory that is in use already");
  expect(memory_probe::usable(taken.at, taken.bytes), "memory that is poisoned");
  if (!expected_.hold()) return false;
  // The latest allocation of the current block can be given something; one with its own cannot.
  const bool got_its_own = memory_.expandable_to(taken.at, taken.bytes) == 0;
  check_place(before, taken, alignment, got_its_own);
  if (!got_its_own) spot_ = {taken.end(), block_end};
  note_use();
  return expected_.hold();
}

void arena_model::check_place(const snapshot& before, const range& taken, std::size_t alignment,
                              bool got_its_own) {
  const std::size_t rounded = granules(taken.bytes);
  const arena::arena_statistics is = memory_.statistics();
  const std::size_t added = is.used_bytes - before.numbers.used_bytes;
  expect(added >= rounded && added < rounded + std::max(alignment, arena::granule_bytes),
         "used more or less than the size, rounded up, and padding");
  if (spot_) {
    const std::size_t needed = memory_probe::padding_for(spot_->position, alignment) + rounded;
    if (needed <= spot_->left()) {
      const bool fetched = is.upstream_allocations != before.numbers.upstream_allocations;
      expect(taken.end() == spot_->position + needed && !got_its_own, "not next in the block");
      expect(added == needed && !fetched, "next in the block, but counted otherwise");
      return;
    }
    expect(added == rounded, "the first in its block, but used is not the size, rounded up");
  }
  const std::size_t slack =
      alignment > alignof(arena::block) ? alignment - alignof(arena::block) : 0;
  if (spot_ || got_its_own) blocks_.check_large(rounded + slack, got_its_own);
  if (got_its_own) return check_own_block(before, taken);
  if (spot_) check_next_block(before, taken, alignment);
  blocks_.entered(spot_, taken.at, rounded + slack);
}

void arena_model::check_own_block(const snapshot& before, const range& taken) {
  const arena::arena_statistics is = memory_.statistics();
  expect(is.upstream_allocations == before.numbers.upstream_allocations + 1 &&
             is.free_bytes == before.numbers.free_bytes,
         "its own block, but not fetched");
  blocks_.take_in(taken.at, depth_);
}

// What is left behind is wasted, and so is padding; a large request leaves nothing behind.
void arena_model::check_next_block(const snapshot& before, const range& taken,
                                   std::size_t alignment) noexcept {
  const recording_upstream::block* const holder = upstream_.find(taken.at);
  expect(holder != nullptr, "neither next in the caller's buffer nor in a block");
  if (holder == nullptr) return;
  const std::byte* const payload = holder->at + sizeof(arena::block);
  const std::size_t padding = memory_probe::padding_for(payload, alignment);
  expect(taken.at == payload + padding, "not the first in its block");
  expect(memory_.statistics().wasted_bytes == before.numbers.wasted_bytes + spot_->left() + padding,
         "wasted is not what was left behind, and padding");
}

void arena_model::prepared(const snapshot& before, std::span<std::byte> room, std::size_t bytes) {
  const std::size_t rounded = granules(bytes);
  std::byte* const block_end = blocks_.end_of_block_at(room.data());
  expect(room.size() >= bytes && !room.empty(), "less is prepared than was asked");
  expect(memory_probe::address(room.data()) % arena::granule_bytes == 0,
         "what is prepared is misaligned");
  expect(block_end != nullptr && room.data() + room.size() <= block_end, "prepared outside");
  expect(room.size() <= budget(), "prepared over the limit");
  expect(is_disjoint_from_live(room.data(), room.size()), "prepared what is in use");
  expect(memory_probe::usable(room.data(), room.size()), "prepared, but poisoned");
  expect(memory_.used() == before.numbers.used_bytes, "used by prepare");
  if (!expected_.hold()) return;
  const block_chain::spot current{room.data(), block_end};
  expect(room.size() == std::min(current.left(), budget()), "less is prepared than there is");
  if (spot_ && rounded <= spot_->left()) {
    expect(room.data() == spot_->position, "not prepared in the current block");
  } else {
    if (spot_) check_next_block(before, {room.data(), bytes, depth_, 0}, arena::granule_bytes);
    blocks_.entered(spot_, room.data(), rounded);
  }
  spot_ = current;
  std::memset(room.data(), 0xEE, room.size());
}

void arena_model::committed(std::span<std::byte> room, void* p, std::size_t bytes) {
  expect(p == room.data(), "committed elsewhere than prepared");
  if (!expected_.hold()) return;
  const range taken{room.data(), bytes, depth_, next_fill_++};
  if (bytes < room.size())
    expect(memory_probe::poisoned(room.data() + bytes), "not committed, not poisoned");
  if (bytes == 0) return;
  spot_->position = taken.end();
  std::memset(taken.at, taken.fill, bytes);
  live_.push_back(taken);
  note_use();
}

void arena_model::settle(const snapshot& before, std::span<const std::byte> latest,
                         std::size_t passing_bytes) {
  const std::size_t at_least = latest.data() == nullptr ? 0 : granules(latest.size());
  expect(memory_.used() >= before.numbers.used_bytes + at_least, "used less than was taken");
  if (!expected_.hold()) return;
  const bool is_large = at_least > 0 && memory_.expandable_to(latest.data(), latest.size()) == 0;
  const std::optional<block_chain::spot> from = spot_;
  find_spot_again(latest);
  const bool fetched =
      memory_.statistics().upstream_allocations != before.numbers.upstream_allocations;
  const bool stayed = from && spot_ && from->room_end == spot_->room_end && !fetched;
  if (is_large)
    blocks_.take_in(latest.data(), depth_);
  else if (!stayed)
    blocks_.entered_somewhere();
  note_use();
  passing_peak_bytes_ = passing_bytes > 0 ? before.numbers.used_bytes + passing_bytes : 0;
}

// Only the latest allocation can be given something.
void arena_model::find_spot_again(std::span<const std::byte> latest) noexcept {
  spot_.reset();
  const auto look_at = [this](std::byte* at, std::size_t bytes) {
    if (at == nullptr || memory_.expandable_to(at, bytes) == 0) return;
    spot_ = {at + granules(bytes), blocks_.end_of_block_at(at)};
  };
  for (const range& each : live_) look_at(each.at, each.bytes);
  look_at(const_cast<std::byte*>(latest.data()), latest.size());
}
