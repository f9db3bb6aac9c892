#include "tests/support/arena_model.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace {

constexpr std::size_t max_upstream_bytes = std::size_t{4} << 20;
constexpr std::size_t max_request_bytes = std::numeric_limits<std::size_t>::max() / 4;
constexpr std::size_t large_blocks_searched = 8;

std::size_t granules(std::size_t bytes) noexcept {
  return arena::round_up(std::max<std::size_t>(bytes, 1), arena::granule_bytes);
}

std::uintptr_t address(const void* p) noexcept {
  return reinterpret_cast<std::uintptr_t>(p);
}

std::size_t padding_for(const std::byte* p, std::size_t alignment) noexcept {
  return (std::uintptr_t{0} - address(p)) & (alignment - 1);
}

// Both true in builds that do not poison.
bool usable([[maybe_unused]] const std::byte* at, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(ARENA_POISONS)
  return __asan_region_is_poisoned(const_cast<std::byte*>(at), bytes) == nullptr;
#else
  return true;
#endif
}
bool poisoned([[maybe_unused]] const std::byte* at) noexcept {
#if defined(ARENA_POISONS)
  return __asan_address_is_poisoned(at) != 0;
#else
  return true;
#endif
}

bool filled(const std::byte* at, std::size_t bytes, std::uint8_t fill) noexcept {
  if (!usable(at, bytes)) return false;
  return bytes == 0 || (at[0] == std::byte{fill} && std::memcmp(at, at + 1, bytes - 1) == 0);
}

}  // namespace

recording_upstream::~recording_upstream() {
  for (const block& left : blocks_) ::operator delete(left.at, std::align_val_t(left.alignment));
}

void recording_upstream::fail(std::size_t first, std::size_t every) noexcept {
  first_failing_ = first;
  failing_step_ = every;
}

const recording_upstream::block* recording_upstream::find(const void* p) const noexcept {
  for (const block& each : blocks_) {
    if (address(p) - address(each.at) < each.bytes) return &each;
  }
  return nullptr;
}

std::size_t recording_upstream::bytes() const noexcept {
  std::size_t sum = 0;
  for (const block& each : blocks_) sum += each.bytes;
  return sum;
}

void* recording_upstream::do_allocate(std::size_t bytes, std::size_t alignment) {
  ++calls_;
  const bool told = calls_ == first_failing_ ||
                    (failing_step_ > 0 && first_failing_ > 0 && calls_ > first_failing_ &&
                     (calls_ - first_failing_) % failing_step_ == 0);
  if (told || bytes > max_upstream_bytes) {
    ++failures_;
    throw std::bad_alloc();
  }
  auto* const at = static_cast<std::byte*>(::operator new(bytes, std::align_val_t(alignment)));
  blocks_.push_back({at, bytes, alignment});
  return at;
}

void recording_upstream::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  const auto found =
      std::find_if(blocks_.begin(), blocks_.end(), [p](const block& each) { return each.at == p; });
  if (found == blocks_.end()) {
    violation_ = "upstream gets a pointer back that it did not give";
    return;
  }
  if (found->bytes != bytes || found->alignment != alignment)
    violation_ = "upstream gets a block back with another size or alignment";
  ::operator delete(p, std::align_val_t(found->alignment));
  blocks_.erase(found);
}

std::byte* arena_model::range::end() const noexcept {
  return at + granules(bytes);
}

arena_model::arena_model(arena::bump_arena& memory, const recording_upstream& upstream,
                         std::span<std::byte> initial, arena::arena_options options)
    : memory_(memory),
      upstream_(upstream),
      options_(options),
      limit_bytes_(options.limit_bytes),
      first_bytes_(options.first_block_bytes) {
  const std::size_t skipped = padding_for(initial.data(), arena::granule_bytes);
  initial_begin_ = initial_end_ = nullptr;
  if (initial.size() < skipped + arena::granule_bytes) return;
  initial_begin_ = initial.data() + skipped;
  initial_end_ = initial_begin_ + (initial.size() - skipped) / 8 * 8;
}

void arena_model::expect(bool holds, std::string_view what) noexcept {
  if (!holds && violation_.empty()) violation_ = what;
}

arena_model::snapshot arena_model::now() const noexcept {
  return {memory_.statistics(), upstream_.failures()};
}

bool arena_model::within_limit(std::size_t bytes) const noexcept {
  const std::size_t used = memory_.used();
  return bytes <= max_request_bytes && used <= limit_bytes_ &&
         granules(bytes) <= limit_bytes_ - used;
}

void arena_model::attempted(const snapshot& before, std::size_t bytes, failure result) noexcept {
  const bool upstream_failed = upstream_.failures() != before.failures;
  if (result == failure::none) {
    expect(!upstream_failed, "upstream failed, and the operation did not");
    return;
  }
  expect_unchanged(before, "a failed operation changed the numbers");
  if (result == failure::limit)
    expect(!within_limit(bytes), "refused, as over the limit, what the limit allows");
  else
    expect(within_limit(bytes) && upstream_failed, "upstream's failure, but it did not fail");
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

std::byte* arena_model::end_of_block_at(const std::byte* p) const noexcept {
  if (initial_begin_ != nullptr && p >= initial_begin_ && p < initial_end_) return initial_end_;
  const recording_upstream::block* const holder = upstream_.find(p);
  if (holder == nullptr || p < holder->at + sizeof(arena::block)) return nullptr;
  return holder->at + holder->bytes / 8 * 8;
}

bool arena_model::disjoint_from_live(const std::byte* p, std::size_t bytes) const noexcept {
  for (const range& each : live_) {
    if (p < each.end() && each.at < p + bytes) return false;
  }
  return true;
}

bool arena_model::is_latest(const range& each) const noexcept {
  return !each.own_block && each.depth == depth_ && each.end() == position_;
}

void arena_model::allocated(const snapshot& before, void* p, std::size_t bytes,
                            std::size_t alignment, origin from) {
  range taken{static_cast<std::byte*>(p), bytes, depth_, next_fill_++, false};
  expect(before.numbers.used_bytes <= limit_bytes_ &&
             granules(bytes) <= limit_bytes_ - before.numbers.used_bytes,
         "allocated over the limit");
  expect(p != nullptr && address(p) % alignment == 0, "a null or misaligned pointer");
  std::byte* const block_end = end_of_block_at(taken.at);
  const bool inside = block_end != nullptr && taken.end() <= block_end;
  expect(inside, "memory outside of any block");
  expect(disjoint_from_live(taken.at, granules(bytes)), "memory that is in use already");
  expect(usable(taken.at, bytes), "memory that is poisoned");
  if (!violation_.empty()) return;
  // The latest allocation of the current block may have the size it has; one with its own may not.
  taken.own_block = !memory_.try_expand(p, bytes, bytes);
  check_place(before, taken, alignment, from);
  if (taken.own_block) {
    own_.push_back({taken.at, depth_});
  } else {
    position_ = taken.end();
    room_end_ = block_end;
  }
  if (bytes > 0) std::memset(taken.at, taken.fill, bytes);
  live_.push_back(taken);
}

void arena_model::check_place(const snapshot& before, const range& taken, std::size_t alignment,
                              origin from) noexcept {
  const std::size_t rounded = granules(taken.bytes);
  const arena::arena_statistics is = memory_.statistics();
  const std::size_t added = is.used_bytes - before.numbers.used_bytes;
  const bool fetched = is.upstream_allocations != before.numbers.upstream_allocations;
  if (position_ != nullptr) {
    const std::size_t needed = padding_for(position_, alignment) + rounded;
    const bool fits = needed <= static_cast<std::size_t>(room_end_ - position_) &&
                      needed <= limit_bytes_ - before.numbers.used_bytes;
    if (fits) {
      expect(taken.end() == position_ + needed && !taken.own_block, "not next in the block");
      expect(added == needed && !fetched, "next in the block, but counted otherwise");
    } else {
      expect(added == rounded, "the first in its block, but used is not the size, rounded up");
      if (!taken.own_block && from == origin::allocated) check_next_block(before, taken);
    }
  }
  expect(added >= rounded && added < rounded + std::max(alignment, arena::granule_bytes),
         "used more or less than the size, rounded up, and padding");
  if (taken.own_block) {
    expect(fetched && is.free_bytes == before.numbers.free_bytes, "its own block, but not fetched");
    expect(rounded + alignment > arena::min_block_bytes / 4, "its own block, but not large");
  } else if (fetched) {
    if (from == origin::allocated) check_growth(taken);
    check_first_block(taken);
  }
}

// What is left behind is wasted, and so is padding; a large request leaves nothing behind.
void arena_model::check_next_block(const snapshot& before, const range& taken) noexcept {
  const std::byte* payload = initial_begin_;
  if (const recording_upstream::block* const holder = upstream_.find(taken.at))
    payload = holder->at + sizeof(arena::block);
  const auto left = static_cast<std::size_t>(room_end_ - position_);
  const auto padding = static_cast<std::size_t>(taken.at - payload);
  const std::size_t wasted = memory_.statistics().wasted_bytes - before.numbers.wasted_bytes;
  expect(wasted >= left + padding && wasted < left + padding + arena::granule_bytes,
         "wasted is not what was left behind, and padding");
  const std::size_t left_of = room_end_ == initial_end_
                                  ? static_cast<std::size_t>(initial_end_ - initial_begin_)
                                  : upstream_.find(room_end_ - 1)->bytes;
  expect(left <= left_of / 4 || granules(taken.bytes) <= upstream_.find(taken.at)->bytes / 4,
         "more than a quarter left behind for more than a quarter");
}

// Block i has min(first << i, max) bytes; sizes that are rounded are left to check_first_block().
void arena_model::check_growth(const range& taken) noexcept {
  const std::size_t first = options_.first_block_bytes;
  const std::size_t most = options_.max_block_bytes;
  const std::size_t before = bumped_blocks().size() - 1;
  if (before == 0 || !blocks_are_known_ || first % 16 != 0 || most % 16 != 0) return;
  const std::size_t grown = before < 16 ? std::min(first << before, most) : most;
  expect(upstream_.find(taken.at)->bytes == grown, "a block's size is not that of its index");
}

void arena_model::check_first_block(const range& taken) noexcept {
  const std::size_t told = std::exchange(first_bytes_, 0);
  const recording_upstream::block* const fetched = upstream_.find(taken.at);
  if (told == 0 || fetched == nullptr) return;
  const std::size_t needed = granules(taken.bytes) + sizeof(arena::block);
  const bool to_fit = fetched->bytes >= needed && fetched->bytes / 2 < needed;
  expect((fetched->bytes <= told || to_fit) && fetched->bytes + alignof(arena::block) > told,
         "the first block has not the size that was set");
}

void arena_model::deallocate(std::size_t index, way how) {
  const range gone = live_[index];
  live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(index));
  expect(filled(gone.at, gone.bytes, gone.fill), "a range has lost its content");
  const snapshot before = now();
  std::pmr::memory_resource& resource = memory_;
  how == way::direct ? memory_.deallocate(gone.at, gone.bytes)
                     : resource.deallocate(gone.at, gone.bytes, 8);
  const std::size_t freed = before.numbers.used_bytes - memory_.used();
  if (is_latest(gone)) {
    expect(freed == granules(gone.bytes), "the latest allocation is not taken back");
    expect(memory_.statistics().wasted_bytes == before.numbers.wasted_bytes, "wasted by a return");
    position_ = gone.at;
    return expect_given_up(gone);
  }
  const auto own = std::find_if(own_.begin(), own_.end(),
                                [&](const own_block& each) { return each.at == gone.at; });
  const bool recent = own != own_.end() && own->depth == depth_ &&
                      static_cast<std::size_t>(own_.end() - own) <= large_blocks_searched;
  const bool large = granules(gone.bytes) > arena::min_block_bytes / 4;
  if (recent && large && blocks_are_known_)
    expect(freed > 0, "a large block among the latest is not taken back");
  if (!recent || freed == 0) return expect_unchanged(before, "a return that changed the numbers");
  expect(freed == granules(gone.bytes), "a large block is taken back, but used is wrong");
  expect(upstream_.find(gone.at) == nullptr, "a large block is taken back, but not given back");
  expect(memory_.statistics().free_bytes == before.numbers.free_bytes, "free by a large block");
  own_.erase(own);
  expect_given_up(gone);
}

void arena_model::try_expand(std::size_t index, std::size_t new_bytes) {
  range& each = live_[index];
  const std::size_t old_rounded = granules(each.bytes);
  const std::size_t rounded = granules(new_bytes);
  const bool smaller = new_bytes <= max_request_bytes && rounded <= old_rounded;
  const bool fits = new_bytes <= max_request_bytes && rounded > old_rounded && is_latest(each) &&
                    rounded <= static_cast<std::size_t>(room_end_ - each.at) &&
                    memory_.used() <= limit_bytes_ &&
                    rounded - old_rounded <= limit_bytes_ - memory_.used();
  const bool possible = is_latest(each) && (smaller || fits);
  const snapshot before = now();
  const bool expanded = memory_.try_expand(each.at, each.bytes, new_bytes);
  expect(expanded == possible, expanded ? "expanded what must not be" : "not expanded in place");
  if (!expanded) return expect_unchanged(before, "a failed expansion changed the numbers");
  expect(memory_.used() + old_rounded == before.numbers.used_bytes + rounded, "used by expansion");
  expect(filled(each.at, std::min(each.bytes, new_bytes), each.fill), "expansion lost content");
  each.bytes = new_bytes;
  if (new_bytes > 0) std::memset(each.at, each.fill, new_bytes);
  position_ = each.end();
}

void arena_model::prepared(const snapshot& before, std::span<std::byte> room, std::size_t bytes) {
  std::byte* const block_end = end_of_block_at(room.data());
  expect(room.size() >= bytes && !room.empty(), "less is prepared than was asked");
  expect(address(room.data()) % arena::granule_bytes == 0, "what is prepared is misaligned");
  expect(block_end != nullptr && room.data() + room.size() <= block_end, "prepared outside");
  expect(room.size() <= limit_bytes_ - memory_.used(), "prepared over the limit");
  expect(disjoint_from_live(room.data(), room.size()), "prepared what is in use");
  expect(usable(room.data(), room.size()), "prepared, but poisoned");
  expect(memory_.used() == before.numbers.used_bytes, "used by prepare");
  if (position_ != nullptr && granules(bytes) <= static_cast<std::size_t>(room_end_ - position_))
    expect(room.data() == position_, "not prepared in the current block");
  first_bytes_ = 0;
  position_ = room.data();
  room_end_ = block_end;
  if (violation_.empty()) std::memset(room.data(), 0xEE, room.size());
}

void arena_model::committed(std::span<std::byte> room, void* p, std::size_t bytes) {
  expect(p == room.data(), "committed elsewhere than prepared");
  if (!violation_.empty()) return;
  const range taken{room.data(), bytes, depth_, next_fill_++, false};
  if (bytes < room.size()) expect(poisoned(room.data() + bytes), "not committed, not poisoned");
  if (bytes == 0) return;
  position_ = taken.end();
  std::memset(taken.at, taken.fill, bytes);
  live_.push_back(taken);
}

void arena_model::settle(const snapshot& before, std::size_t at_least_bytes) {
  expect(memory_.used() >= before.numbers.used_bytes + at_least_bytes, "used less than was taken");
  if (memory_.statistics().upstream_allocations != before.numbers.upstream_allocations)
    blocks_are_known_ = false;
  peak_is_exact_ = false;
  first_bytes_ = 0;
  find_position_again();
}

// Only the latest allocation may have the size that it has.
void arena_model::find_position_again() noexcept {
  position_ = nullptr;
  for (const range& each : live_) {
    if (!memory_.try_expand(each.at, each.bytes, each.bytes)) continue;
    position_ = each.end();
    room_end_ = end_of_block_at(each.at);
  }
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
  position_ = nullptr;  // a destructor may give memory back
}

arena_model::scope_start arena_model::scope_opened() noexcept {
  ++depth_;
  return {position_, room_end_, memory_.used(), memory_.statistics().wasted_bytes,
          cleanups_.size()};
}

void arena_model::scope_rewound(const scope_start& start) {
  const arena::arena_statistics is = memory_.statistics();
  expect(is.used_bytes == start.used_bytes, "used is not what it was when the scope began");
  expect(is.wasted_bytes == start.wasted_bytes, "wasted is not what it was at the scope's start");
  expect(cleanups_.size() == start.cleanups, "actions of a scope that did not run at its end");
  end_ranges(depth_);
  position_ = start.position;
  room_end_ = start.room_end;
  peak_is_exact_ = false;
}

void arena_model::scope_closed(const scope_start& start) {
  scope_rewound(start);
  --depth_;
}

void arena_model::end_ranges(std::size_t from_depth) {
  while (!own_.empty() && own_.back().depth >= from_depth) {
    expect(upstream_.find(own_.back().at) == nullptr, "a large block outlives its scope");
    own_.pop_back();
  }
  while (!live_.empty() && live_.back().depth >= from_depth) {
    expect_given_up(live_.back());
    live_.pop_back();
  }
}

void arena_model::expect_given_up(const range& gone) noexcept {
  if (gone.bytes == 0) return;
  expect(poisoned(gone.at) && poisoned(gone.at + gone.bytes - 1), "given up, but not poisoned");
}

std::vector<recording_upstream::block> arena_model::bumped_blocks() const {
  std::vector<recording_upstream::block> bumped;
  for (const recording_upstream::block& each : upstream_.blocks()) {
    const bool own = std::any_of(own_.begin(), own_.end(), [&](const own_block& large) {
      return address(large.at) - address(each.at) < each.bytes;
    });
    if (!own) bumped.push_back(each);
  }
  return bumped;
}

void arena_model::reset(arena::keep what) {
  check_contents();
  const bool predictable = cleanups_.empty() && blocks_are_known_;  // actions may fetch some
  const auto bumped = bumped_blocks();
  memory_.reset(what);
  expect(cleanups_.empty(), "actions that did not run at a reset");
  const arena::arena_statistics is = memory_.statistics();
  expect(is.used_bytes == 0 && is.wasted_bytes == 0 && is.peak_bytes == 0, "not empty when reset");
  expect(is.free_bytes == is.reserved_bytes, "not all is free after a reset");
  const bool coalesced = what.how == arena::keep::policy::coalesced;
  if (!predictable || !bumped.empty())
    first_bytes_ =
        predictable && !coalesced && upstream_.blocks().empty() ? options_.first_block_bytes : 0;
  if (predictable) check_kept(what, bumped);
  end_ranges(0);
  position_ = room_end_ = nullptr;
  peak_bytes_ = 0;
  blocks_are_known_ = true;
}

void arena_model::check_kept(arena::keep what,
                             const std::vector<recording_upstream::block>& bumped) noexcept {
  std::size_t sum = 0;
  std::size_t largest = 0;
  for (const recording_upstream::block& each : bumped) {
    sum += each.bytes;
    largest = std::max(largest, each.bytes);
  }
  // What was prepared beyond the usual sizes goes; what was coalesced to one stays.
  const bool all_are_usual = largest <= options_.max_block_bytes;
  const std::size_t kept = upstream_.bytes();
  expect(kept <= what.bytes && upstream_.blocks().size() <= what.blocks, "kept more than was told");
  switch (what.how) {
    case arena::keep::policy::blocks_up_to:
      if (sum <= what.bytes && bumped.size() <= what.blocks && all_are_usual)
        expect(kept == sum, "kept too little");
      break;
    case arena::keep::policy::largest:
      expect(kept == largest || !all_are_usual, "did not keep the largest");
      break;
    case arena::keep::policy::coalesced:
      expect(upstream_.blocks().size() <= 1, "kept more than one block");
      if (sum > what.bytes || bumped.size() < 2 || !all_are_usual) break;
      expect(kept == 0, "kept blocks, where one is to take their place");
      first_bytes_ = sum;
  }
}

void arena_model::first_block_bytes(std::size_t bytes) {
  memory_.first_block_bytes(bytes);
  first_bytes_ = bumped_blocks().empty()
                     ? std::clamp(bytes, arena::min_block_bytes, options_.max_block_bytes)
                     : 0;
}

void arena_model::limit(std::size_t bytes) noexcept {
  memory_.limit(bytes);
  limit_bytes_ = bytes;
}

void arena_model::check_contents() noexcept {
  for (const range& each : live_) {
    expect(usable(each.at, each.bytes), "a range in use is poisoned");
    if (!violation_.empty()) return;
    expect(filled(each.at, each.bytes, each.fill), "a range has lost its content");
    if (each.bytes % arena::granule_bytes != 0 || each.bytes == 0)
      expect(poisoned(each.at + each.bytes), "the bytes behind a range are not poisoned");
    expect(memory_.owns(each.at), "does not own what it handed out");
  }
}

void arena_model::check_numbers() noexcept {
  const arena::arena_statistics is = memory_.statistics();
  const std::size_t blocks = upstream_.blocks().size();
  const auto initial = static_cast<std::size_t>(initial_end_ - initial_begin_);
  expect(is.reserved_bytes == upstream_.bytes() - blocks * sizeof(arena::block) + initial,
         "reserved is not what upstream gave and the buffer");
  expect(is.used_bytes <= is.reserved_bytes &&
             is.wasted_bytes <= is.reserved_bytes - is.used_bytes &&
             is.free_bytes == is.reserved_bytes - is.used_bytes - is.wasted_bytes,
         "used, wasted and free are not what is reserved");
  expect(position_ == nullptr || static_cast<std::size_t>(room_end_ - position_) <= is.free_bytes,
         "free is less than the current block has");
  expect(is.blocks == blocks, "another number of blocks than upstream has");
  expect(is.upstream_allocations == upstream_.successes(), "another number of upstream calls");
  expect(memory_.limit() == limit_bytes_, "another limit than was set");
  expect(is.used_bytes == memory_.used(), "used() is not what the statistics say");
  expect(is.used_bytes <= std::max(limit_bytes_, last_used_bytes_), "more in use than allowed");
  const std::size_t seen = std::max(peak_bytes_, is.used_bytes);
  expect(is.peak_bytes >= seen, "the peak is less than was used");
  expect(!peak_is_exact_ || is.peak_bytes == seen, "the peak is more than was used");
  peak_bytes_ = is.peak_bytes;
  last_used_bytes_ = is.used_bytes;
  peak_is_exact_ = true;
  expect(upstream_.violation().empty(), upstream_.violation());
}
