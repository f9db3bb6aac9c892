// arena_model's part for what gives memory back, or changes its size: by the program, at a scope's
// end, and at a reset; and for the actions that run before memory goes.
#include <algorithm>
#include <cstring>

#include "tests/support/arena_program/arena_model.hpp"
#include "tests/support/arena_program/memory_probe.hpp"

using memory_probe::granules;

void arena_model::deallocate(std::size_t index, way how) {
  const range gone = live_[index];
  live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(index));
  expect(memory_probe::filled(gone.at, gone.bytes, gone.fill), "a range has lost its content");
  const snapshot before = now();
  const bool is_recent_large = blocks_.is_recent_large(gone.at, depth_);
  std::pmr::memory_resource& resource = memory_;
  how == way::direct ? memory_.deallocate(gone.at, gone.bytes)
                     : resource.deallocate(gone.at, gone.bytes, 8);
  const std::size_t freed = before.numbers.used_bytes - memory_.used();
  if (is_latest(gone)) {
    expect(freed == granules(gone.bytes), "the latest allocation is not taken back");
    expect(memory_.statistics().wasted_bytes == before.numbers.wasted_bytes, "wasted by a return");
    spot_->position = gone.at;
    return expect_given_up(gone);
  }
  if (is_recent_large) expect(freed > 0, "a large block among the latest is not taken back");
  if (!is_recent_large || freed == 0)
    return expect_unchanged(before, "a return that changed the numbers");
  expect(freed == granules(gone.bytes), "a large block is taken back, but used is wrong");
  expect(upstream_.find(gone.at) == nullptr, "a large block is taken back, but not given back");
  expect(memory_.statistics().free_bytes == before.numbers.free_bytes, "free by a large block");
  blocks_.forget_returned();
  expect_given_up(gone);
}

void arena_model::try_expand(std::size_t index, std::size_t new_bytes) {
  range& each = live_[index];
  const std::size_t old_rounded = granules(each.bytes);
  const std::size_t rounded = granules(new_bytes);
  const std::size_t most =
      is_latest(each) ? old_rounded + std::min(spot_->left(), budget()) : std::size_t{0};
  expect(memory_.expandable_to(each.at, each.bytes) == most, "expandable to more or less");
  const bool is_possible = new_bytes <= most && rounded <= most && most > 0;
  const snapshot before = now();
  const bool expanded = memory_.try_expand(each.at, each.bytes, new_bytes);
  expect(expanded == is_possible, expanded ? "expanded what must not be" : "not expanded in place");
  if (!expanded) return expect_unchanged(before, "a failed expansion changed the numbers");
  if (!expected_.hold()) return;
  expect(memory_.used() + old_rounded == before.numbers.used_bytes + rounded, "used by expansion");
  expect(memory_probe::filled(each.at, std::min(each.bytes, new_bytes), each.fill),
         "expansion lost content");
  each.bytes = new_bytes;
  if (new_bytes > 0) std::memset(each.at, each.fill, new_bytes);
  spot_->position = each.end();
  note_use();
}

std::size_t arena_model::registered() {
  cleanups_.push_back(next_cleanup_);
  return next_cleanup_++;
}

void arena_model::ran(std::size_t cleanup) noexcept {
  expect(!cleanups_.empty() && cleanups_.back() == cleanup,
         "an action runs out of order, or twice");
  if (!cleanups_.empty()) cleanups_.pop_back();
  check_contents();
  spot_.reset();  // a destructor may give memory back
}

arena_model::scope_start arena_model::scope_opened() noexcept {
  ++depth_;
  return {spot_, memory_.used(), memory_.statistics().wasted_bytes, cleanups_.size()};
}

void arena_model::scope_rewound(const scope_start& start) {
  const arena::arena_statistics is = memory_.statistics();
  expect(is.used_bytes == start.used_bytes, "used is not what it was when the scope began");
  expect(is.wasted_bytes == start.wasted_bytes, "wasted is not what it was at the scope's start");
  expect(cleanups_.size() == start.cleanups, "actions of a scope that did not run at its end");
  end_ranges(depth_);
  blocks_.scope_ended(depth_);
  spot_ = start.spot;
}

void arena_model::scope_closed(const scope_start& start) {
  scope_rewound(start);
  --depth_;
}

void arena_model::end_ranges(std::size_t from_depth) noexcept {
  while (!live_.empty() && live_.back().depth >= from_depth) {
    expect_given_up(live_.back());
    live_.pop_back();
  }
}

void arena_model::reset(arena::keep what) {
  check_contents();
  memory_.reset(what);
  expect(cleanups_.empty(), "actions that did not run at a reset");
  const arena::arena_statistics is = memory_.statistics();
  expect(is.used_bytes == 0 && is.wasted_bytes == 0 && is.peak_bytes == 0, "not empty when reset");
  expect(is.free_bytes == is.reserved_bytes, "not all is free after a reset");
  end_ranges(0);
  if (!expected_.hold()) return;
  blocks_.was_reset(what);
  spot_ = blocks_.start();
  peak_bytes_ = passing_peak_bytes_ = 0;
}
