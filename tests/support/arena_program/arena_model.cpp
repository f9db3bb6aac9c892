#include "tests/support/arena_program/arena_model.hpp"

#include <algorithm>
#include <limits>

#include "tests/support/arena_program/memory_probe.hpp"

using memory_probe::granules;

std::byte* arena_model::range::end() const noexcept {
  return at + granules(bytes);
}

arena_model::arena_model(arena::bump_arena& memory, const recording_upstream& upstream,
                         std::span<std::byte> initial, arena::arena_options options)
    : memory_(memory),
      upstream_(upstream),
      blocks_(expected_, upstream, initial, options),
      spot_(blocks_.start()),
      limit_bytes_(options.limit_bytes) {}

arena_model::snapshot arena_model::now() const noexcept {
  return {memory_.statistics(), upstream_.failures()};
}

std::size_t arena_model::budget() const noexcept {
  const std::size_t used = memory_.used();
  return used < limit_bytes_ ? memory_probe::whole_granules(limit_bytes_ - used) : 0;
}

// Padding counts where the current block has room for it.
bool arena_model::within_limit(std::size_t bytes, std::size_t alignment) const noexcept {
  constexpr std::size_t max_request_bytes = std::numeric_limits<std::size_t>::max() / 4;
  if (bytes > max_request_bytes || granules(bytes) > budget()) return false;
  if (!spot_ || alignment <= arena::granule_bytes) return true;
  const std::size_t needed =
      granules(bytes) + memory_probe::padding_for(spot_->position, alignment);
  return needed > spot_->left() || needed <= budget();
}

bool arena_model::is_disjoint_from_live(const std::byte* p, std::size_t bytes) const noexcept {
  return std::none_of(live_.begin(), live_.end(),
                      [&](const range& each) { return p < each.end() && each.at < p + bytes; });
}

bool arena_model::is_latest(const range& each) const noexcept {
  return spot_ && each.depth == depth_ && each.end() == spot_->position;
}

void arena_model::note_use() noexcept {
  peak_bytes_ = std::max(peak_bytes_, memory_.used());
}

void arena_model::expect_unchanged(const snapshot& before, std::string_view what) noexcept {
  const arena::arena_statistics& was = before.numbers;
  const arena::arena_statistics is = memory_.statistics();
  expect(is.used_bytes == was.used_bytes && is.wasted_bytes == was.wasted_bytes &&
             is.free_bytes == was.free_bytes && is.reserved_bytes == was.reserved_bytes &&
             is.peak_bytes == was.peak_bytes && is.blocks == was.blocks &&
             is.upstream_allocations == was.upstream_allocations,
         what);
}

void arena_model::expect_given_up(const range& gone) noexcept {
  if (gone.bytes == 0) return;
  expect(memory_probe::poisoned(gone.at) && memory_probe::poisoned(gone.at + gone.bytes - 1),
         "given up, but not poisoned");
}

void arena_model::limit(std::size_t bytes) noexcept {
  memory_.limit(bytes);
  limit_bytes_ = bytes;
}

void arena_model::first_block_bytes(std::size_t bytes) {
  memory_.first_block_bytes(bytes);
  blocks_.first_block_bytes(bytes);
}

void arena_model::check_contents() noexcept {
  for (const range& each : live_) {
    expect(memory_probe::usable(each.at, each.bytes), "a range in use is poisoned");
    if (!expected_.hold()) return;
    expect(memory_probe::filled(each.at, each.bytes, each.fill), "a range has lost its content");
    if (each.bytes % arena::granule_bytes != 0 || each.bytes == 0)
      expect(memory_probe::poisoned(each.at + each.bytes),
             "the bytes behind a range are not poisoned");
    expect(memory_.owns(each.at), "does not own what it handed out");
  }
}

void arena_model::check_numbers() noexcept {
  const arena::arena_statistics is = memory_.statistics();
  check_sums(is);
  expect(is.blocks == upstream_.blocks().size(), "another number of blocks than upstream has");
  expect(is.upstream_allocations == upstream_.successes(), "another number of upstream calls");
  expect(blocks_.is_complete(), "a block that is in no place");
  expect(memory_.limit() == limit_bytes_, "another limit than was set");
  expect(is.used_bytes == memory_.used(), "used() is not what the statistics say");
  expect(is.used_bytes <= std::max(limit_bytes_, last_used_bytes_), "more in use than allowed");
  last_used_bytes_ = is.used_bytes;
  check_peak(is);
  expect(upstream_.violation().empty(), upstream_.violation());
}

void arena_model::check_sums(const arena::arena_statistics& is) noexcept {
  const std::size_t headers = upstream_.blocks().size() * sizeof(arena::block);
  expect(is.reserved_bytes == upstream_.bytes() - headers + blocks_.initial_bytes(),
         "reserved is not what upstream gave and the buffer");
  expect(is.used_bytes <= is.reserved_bytes &&
             is.wasted_bytes <= is.reserved_bytes - is.used_bytes &&
             is.free_bytes == is.reserved_bytes - is.used_bytes - is.wasted_bytes,
         "used, wasted and free are not what is reserved");
  if (!spot_) return;
  if (const auto behind = blocks_.bytes_not_reached(*spot_))
    expect(is.free_bytes == spot_->left() + *behind,
           "free is not what the current block has left and those behind it");
}

void arena_model::check_peak(const arena::arena_statistics& is) noexcept {
  note_use();
  expect(is.peak_bytes >= peak_bytes_, "the peak is less than was used");
  expect(is.peak_bytes <= std::max(peak_bytes_, passing_peak_bytes_),
         "the peak is more than was used");
  peak_bytes_ = is.peak_bytes;
  passing_peak_bytes_ = 0;
}
