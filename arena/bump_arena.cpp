#include "arena/bump_arena.hpp"

#include <bit>
#include <cassert>
#include <cstdarg>
#include <cstdio>
#include <functional>
#include <limits>
#include <stdexcept>

namespace arena {

namespace {

// Larger requests are refused before any arithmetic on them could wrap.
constexpr std::size_t max_request_bytes = std::numeric_limits<std::size_t>::max() / 4;

// How many of the latest large blocks deallocate() looks at, so that it takes bounded time.
constexpr std::size_t large_blocks_searched = 8;

std::uintptr_t address(const void* p) noexcept {
  return reinterpret_cast<std::uintptr_t>(p);
}

// In a fresh block, whose payload has the block's own alignment.
constexpr std::size_t padding_at_most(std::size_t alignment) noexcept {
  constexpr std::size_t given = block_source::block_alignment;
  return alignment > given ? alignment - given : 0;
}

// Its part between granules; empty, and at null, if there is none.
std::span<std::byte> whole_granules(std::span<std::byte> bytes) noexcept {
  const std::size_t skipped = padding_for(address(bytes.data()), granule_bytes);
  if (bytes.size() < skipped + granule_bytes) return {};
  return bytes.subspan(skipped, round_down(bytes.size() - skipped));
}

}  // namespace

bump_arena::bump_arena(std::span<std::byte> initial, std::pmr::memory_resource* upstream,
                       arena_options options) noexcept
    : limit_bytes_(options.limit_bytes),
      source_(upstream),
      options_(options.within_bounds()),
      first_block_bytes_(options_.first_block_bytes),
      initial_(whole_granules(initial)) {
  assert(upstream != nullptr);
  poison(initial_.data(), initial_.size());
  start_over();
}

bump_arena::~bump_arena() {
  reset(keep::none());
  unpoison(initial_.data(), initial_.size());
}

void* bump_arena::allocate_slow(std::size_t bytes, std::size_t alignment) {
  if (void* const result = take(bytes, alignment)) return result;
  throw allocation_limit_exceeded(bytes, used(), limit_bytes_);
}

void* bump_arena::try_allocate_slow(std::size_t bytes, std::size_t alignment) noexcept {
  try {
    return take(bytes, alignment);
  } catch (...) {  // by memory_resource's contract: upstream has no such memory
    return nullptr;
  }
}

// Null where the limit is in the way; throws what upstream throws.
void* bump_arena::take(std::size_t bytes, std::size_t alignment) {
  assert(std::has_single_bit(alignment));
  if (bytes > max_request_bytes || alignment > max_request_bytes) return nullptr;
  if (granules(bytes) > budget()) return nullptr;
  if (void* const result = take_from_current(bytes, alignment)) return result;
  // There is room, but the limit is in the way of the padding.
  if (bump(address(position_), address(block_end_), bytes, alignment) != 0) return nullptr;
  if (granules(bytes) + padding_at_most(alignment) <= options_.max_block_bytes / 4)
    return take_from_next_block(bytes, alignment);
  return take_block_of_its_own(bytes, alignment);
}

// Null if it does not fit there with the padding that it needs.
void* bump_arena::take_from_current(std::size_t bytes, std::size_t alignment) noexcept {
  const std::uintptr_t start = bump(address(position_), address(end_), bytes, alignment);
  if (start == 0) return nullptr;
  std::byte* const result = position_ + (start - address(position_));
  position_ = result + granules(bytes);
  unpoison(result, bytes);
  return result;
}

// The padding at a block's start is waste, not use: so what fits the limit does not depend on where
// upstream's blocks lie.
void* bump_arena::take_from_next_block(std::size_t bytes, std::size_t alignment) {
  enter_next_block(granules(bytes) + padding_at_most(alignment));
  const std::size_t padding = padding_for(address(position_), alignment);
  wasted_bytes_ += padding;
  position_ = begin_ = floor_ = position_ + padding;
  update_end();
  return take_from_current(bytes, alignment);
}

void* bump_arena::take_block_of_its_own(std::size_t bytes, std::size_t alignment) {
  const std::size_t rounded = granules(bytes);
  block* const own = source_.fetch(sizeof(block) + rounded + padding_at_most(alignment));
  own->next = std::exchange(large_, own);
  settled_bytes_ += rounded;
  wasted_bytes_ += own->payload_bytes() - rounded;
  update_end();
  std::byte* const result = own->payload() + padding_for(address(own->payload()), alignment);
  unpoison(result, bytes);
  return result;
}

void bump_arena::deallocate_large(void* p, std::size_t rounded) noexcept {
  block** link = &large_;
  for (std::size_t left = large_blocks_searched; *link != large_floor_; link = &(*link)->next) {
    if (left-- == 0) return;
    if ((*link)->holds(p)) break;
  }
  if (*link == large_floor_) return;
  block* const gone = std::exchange(*link, (*link)->next);
  note_peak();
  settled_bytes_ -= rounded;
  wasted_bytes_ -= gone->payload_bytes() - rounded;
  source_.give_back(gone, gone->next);
  update_end();
}

bool bump_arena::try_expand(void* p, std::size_t old_bytes, std::size_t new_bytes) noexcept {
  if (p == nullptr || old_bytes > max_request_bytes || new_bytes > max_request_bytes) return false;
  const std::size_t old_rounded = granules(old_bytes);
  const std::size_t new_rounded = granules(new_bytes);
  if (!is_latest(p, old_rounded)) return false;
  auto* const start = static_cast<std::byte*>(p);
  if (new_rounded > old_rounded && new_rounded > static_cast<std::size_t>(end_ - start))
    return false;
  note_peak();
  position_ = start + new_rounded;
  update_end();
  poison(start, std::max(old_rounded, new_rounded));
  unpoison(start, new_bytes);
  return true;
}

std::span<std::byte> bump_arena::prepare(std::size_t bytes) {
  if (bytes > max_request_bytes || granules(bytes) > budget())
    throw allocation_limit_exceeded(bytes, used(), limit_bytes_);
  if (granules(bytes) > static_cast<std::size_t>(end_ - position_))
    enter_next_block(granules(bytes));
  unpoison(position_, static_cast<std::size_t>(end_ - position_));
  return {position_, end_};
}

void* bump_arena::commit(std::size_t bytes) noexcept {
  assert(bytes <= static_cast<std::size_t>(end_ - position_) && "more than was prepared");
  std::byte* const start = position_;
  position_ += round_up(bytes, granule_bytes);
  poison(start + bytes, static_cast<std::size_t>(end_ - start) - bytes);
  return start;
}

std::string_view bump_arena::copy_string(std::string_view text) {
  auto* const start = static_cast<char*>(allocate(text.size() + 1, 1));
  text.copy(start, text.size());
  start[text.size()] = '\0';
  return {start, text.size()};
}

// Into the tail that is there; a second time, to its known length, where that was too short.
std::string_view bump_arena::format(const char* pattern, ...) {
  const auto tail = static_cast<std::size_t>(end_ - position_);
  unpoison(position_, tail);
  std::va_list arguments;
  va_start(arguments, pattern);
  const int length = std::vsnprintf(reinterpret_cast<char*>(position_), tail, pattern, arguments);
  va_end(arguments);
  const std::size_t needed = static_cast<std::size_t>(length) + 1;
  if (length < 0 || needed > tail) commit(0);
  if (length < 0) throw std::invalid_argument("arena: format: cannot be formatted");
  if (needed > tail) {
    auto* const text = static_cast<char*>(allocate(needed, 1));
    va_start(arguments, pattern);
    std::vsnprintf(text, needed, pattern, arguments);
    va_end(arguments);
    return {text, needed - 1};
  }
  return {static_cast<const char*>(commit(needed)), needed - 1};
}

void bump_arena::reset(keep what) noexcept {
  assert(scope_depth_ == 0 && "reset inside a scope");
  cleanups_.run_until(nullptr);
  source_.give_back(std::exchange(large_, nullptr));
  const bool had_blocks = first_ != nullptr;
  if (std::exchange(oversized_, false)) source_.give_back_larger(first_, usual_block_bytes());
  if (const std::size_t coalesced = source_.retain(first_, what); coalesced > 0)
    first_block_bytes_ = coalesced;
  else if (had_blocks && first_ == nullptr)
    first_block_bytes_ = options_.first_block_bytes;
  poison_all();
  ++generation_;
  start_over();
}

void bump_arena::poison_all() noexcept {
  if constexpr (poisoning) {
    poison(initial_.data(), initial_.size());
    for (block* list : {first_, large_}) {
      for (block* each = list; each != nullptr; each = each->next)
        poison(each->payload(), each->payload_bytes());
    }
  }
}

void bump_arena::start_over() noexcept {
  current_ = large_floor_ = nullptr;
  index_ = scope_depth_ = settled_bytes_ = wasted_bytes_ = peak_bytes_ = 0;
  position_ = begin_ = floor_ = initial_.data();
  block_end_ = initial_.data() + initial_.size();
  if (initial_.empty() && first_ != nullptr) return enter(first_);
  update_end();
}

void bump_arena::limit(std::size_t bytes) noexcept {
  limit_bytes_ = bytes;
  update_end();
}

void bump_arena::first_block_bytes(std::size_t bytes) noexcept {
  first_block_bytes_ = std::clamp(round_down(bytes), min_block_bytes, options_.max_block_bytes);
}

std::size_t bump_arena::budget() const noexcept {
  const std::size_t used_now = used();
  return limit_bytes_ > used_now ? limit_bytes_ - used_now : 0;
}

void bump_arena::update_end() noexcept {
  const auto left = static_cast<std::size_t>(block_end_ - position_);
  end_ = position_ + std::min(left, round_down(budget()));
}

std::size_t bump_arena::growth(std::size_t index) const noexcept {
  const auto doublings = static_cast<std::size_t>(
      std::bit_width(options_.max_block_bytes / options_.first_block_bytes) - 1);
  return index > doublings ? options_.max_block_bytes : options_.first_block_bytes << index;
}

std::size_t bump_arena::next_block_bytes() const noexcept {
  return index_ == 0 ? first_block_bytes_ : growth(index_);
}

std::size_t bump_arena::usual_block_bytes() const noexcept {
  return std::max(options_.max_block_bytes, first_block_bytes_);
}

// So that what is left behind is at most a quarter of the old block or of the new one.
std::size_t bump_arena::least_next_block_bytes(std::size_t payload_bytes) const noexcept {
  const std::size_t current_bytes = current_ != nullptr ? current_->bytes : initial_.size();
  const auto left_behind = static_cast<std::size_t>(block_end_ - position_);
  if (left_behind <= current_bytes / 4) return payload_bytes + sizeof(block);
  return std::max(payload_bytes + sizeof(block), 4 * left_behind);
}

// A kept block that is large enough, whichever it is; else a new one.
void bump_arena::enter_next_block(std::size_t payload_bytes) {
  const std::size_t least = least_next_block_bytes(payload_bytes);
  block*& next = current_ != nullptr ? current_->next : first_;
  block** kept = &next;
  while (*kept != nullptr && (*kept)->bytes < least) kept = &(*kept)->next;
  block* entered = *kept;
  if (entered != nullptr) {
    *kept = entered->next;
  } else {
    std::size_t bytes = next_block_bytes();
    while (bytes < least) bytes *= 2;
    entered = source_.fetch(bytes);
    oversized_ = oversized_ || bytes > usual_block_bytes();
  }
  entered->next = std::exchange(next, entered);
  enter(entered);
}

void bump_arena::enter(block* next) noexcept {
  settled_bytes_ += static_cast<std::size_t>(position_ - begin_);
  wasted_bytes_ += static_cast<std::size_t>(block_end_ - position_);
  current_ = next;
  position_ = begin_ = floor_ = next->payload();
  block_end_ = next->end();
  ++index_;
  update_end();
}

void bump_arena::end_contents() noexcept {
  cleanups_.run_until(nullptr);
  poison_all();
}

bool bump_arena::owns(const void* p) const noexcept {
  const std::less<const void*> before;
  if (!before(p, initial_.data()) && before(p, initial_.data() + initial_.size())) return true;
  for (const block* list : {first_, large_}) {
    for (const block* each = list; each != nullptr; each = each->next) {
      if (each->holds(p)) return true;
    }
  }
  return false;
}

arena_statistics bump_arena::statistics() const noexcept {
  const std::size_t used_now = used();
  const std::size_t reserved = source_.reserved_bytes() + initial_.size();
  return {.used_bytes = used_now,
          .wasted_bytes = wasted_bytes_,
          .free_bytes = reserved - used_now - wasted_bytes_,
          .reserved_bytes = reserved,
          .peak_bytes = std::max(peak_bytes_, used_now),
          .blocks = source_.blocks(),
          .upstream_allocations = source_.fetched()};
}

}  // namespace arena
