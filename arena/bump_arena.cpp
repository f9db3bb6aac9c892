#include "arena/bump_arena.hpp"

#include <bit>
#include <cassert>
#include <utility>

namespace arena {

/// Stands at the head of each block; the payload follows it.
struct bump_arena::block {
  block* next;
  std::size_t bytes;  // as asked of upstream, header included

  std::byte* payload() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  std::size_t payload_bytes() const noexcept { return bytes - sizeof(block); }
  std::byte* end() noexcept { return payload() + payload_bytes(); }
};

namespace {

constexpr std::size_t block_alignment = alignof(std::max_align_t);

// Larger requests are refused before any arithmetic on them could wrap.
constexpr std::size_t max_request_bytes = std::numeric_limits<std::size_t>::max() / 4;

constexpr std::size_t round_up(std::size_t bytes, std::size_t alignment) noexcept {
  return (bytes + (alignment - 1)) & ~(alignment - 1);
}

std::size_t padding_for(const std::byte* p, std::size_t alignment) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  return round_up(address, alignment) - address;
}

// In a fresh block, whose payload has the block's own alignment.
constexpr std::size_t padding_at_most(std::size_t alignment) noexcept {
  return alignment > block_alignment ? alignment - block_alignment : 0;
}

}  // namespace

bump_arena::bump_arena(std::pmr::memory_resource* upstream, arena_options options) noexcept
    : limit_bytes_(options.limit_bytes), upstream_(upstream), options_(options) {
  assert(upstream != nullptr);
  assert(options.first_block_bytes >= min_block_bytes);
  assert(options.first_block_bytes <= options.max_block_bytes);
}

bump_arena::~bump_arena() {
  reset(0);
}

void* bump_arena::allocate_slow(std::size_t bytes, std::size_t alignment) {
  assert(std::has_single_bit(alignment));
  const std::size_t used_now = used();
  const std::size_t budget = limit_bytes_ > used_now ? limit_bytes_ - used_now : 0;
  if (bytes > max_request_bytes || alignment > max_request_bytes)
    throw allocation_limit_exceeded(bytes, used_now, limit_bytes_);
  const std::size_t rounded = round_up(std::max<std::size_t>(bytes, 1), granule_bytes);
  if (rounded > budget) throw allocation_limit_exceeded(bytes, used_now, limit_bytes_);

  if (void* result = take_from_current(rounded, alignment, bytes)) return result;
  const std::size_t slack = padding_at_most(alignment);
  if (rounded + slack <= largest_for_next_block()) {
    // An upper bound of what it takes there, so that a failure comes before the move.
    if (rounded + slack > budget) throw allocation_limit_exceeded(bytes, used_now, limit_bytes_);
    enter_next_block();
    return take_from_current(rounded, alignment, bytes);
  }
  return take_block_of_its_own(rounded, alignment, bytes);
}

// Null if it does not fit there, or if the padding that it needs would break the limit.
void* bump_arena::take_from_current(std::size_t rounded, std::size_t alignment,
                                    std::size_t bytes) noexcept {
  const std::size_t padding = padding_for(position_, alignment);
  const auto available = static_cast<std::size_t>(end_ - position_);
  if (padding > available || rounded > available - padding) return nullptr;
  std::byte* const result = position_ + padding;
  position_ = result + rounded;
  unpoison(result, bytes);
  return result;
}

void* bump_arena::take_block_of_its_own(std::size_t rounded, std::size_t alignment,
                                        std::size_t bytes) {
  const std::size_t slack = padding_at_most(alignment);
  block* const own = fetch(sizeof(block) + rounded + slack);
  own->next = std::exchange(large_, own);
  settled_bytes_ += rounded;
  wasted_bytes_ += own->payload_bytes() - rounded;
  update_end();
  std::byte* const result = own->payload() + padding_for(own->payload(), alignment);
  unpoison(result, bytes);
  return result;
}

// A quarter of the block that would be left behind: more would waste too much of it. The block
// next in line is never smaller, so it always has room.
std::size_t bump_arena::largest_for_next_block() const noexcept {
  return current_ == nullptr ? growth(0) - sizeof(block) : growth(index_ - 1) / 4;
}

void bump_arena::enter_next_block() {
  block* next = current_ != nullptr ? current_->next : first_;
  if (next == nullptr) {
    next = fetch(growth(index_));
    next->next = nullptr;
    (current_ != nullptr ? current_->next : first_) = next;
  }
  enter(next);
}

void bump_arena::enter(block* next) noexcept {
  settled_bytes_ += static_cast<std::size_t>(position_ - begin_);
  wasted_bytes_ += static_cast<std::size_t>(block_end_ - position_);
  current_ = next;
  begin_ = position_ = next->payload();
  block_end_ = next->end();
  ++index_;
  update_end();
}

void bump_arena::update_end() noexcept {
  const std::size_t used_now = used();
  const std::size_t budget = limit_bytes_ > used_now ? limit_bytes_ - used_now : 0;
  const auto left = static_cast<std::size_t>(block_end_ - position_);
  end_ = position_ + std::min(left, budget & ~(granule_bytes - 1));
}

bool bump_arena::try_expand(void* p, std::size_t old_bytes, std::size_t new_bytes) noexcept {
  if (p == nullptr || old_bytes > max_request_bytes || new_bytes > max_request_bytes) return false;
  auto* const start = static_cast<std::byte*>(p);
  const std::size_t old_rounded = round_up(std::max<std::size_t>(old_bytes, 1), granule_bytes);
  const std::size_t new_rounded = round_up(std::max<std::size_t>(new_bytes, 1), granule_bytes);
  // Not a range of the current block's that ends where the free part begins: not the latest.
  if (start < begin_ || start >= block_end_ || start + old_rounded != position_) return false;
  if (new_rounded > static_cast<std::size_t>(end_ - start) && new_rounded > old_rounded)
    return false;
  peak_bytes_ = std::max(peak_bytes_, used());
  position_ = start + new_rounded;
  update_end();
  poison(start, std::max(old_rounded, new_rounded));
  unpoison(start, new_bytes);
  return true;
}

void bump_arena::reset(std::size_t keep_bytes) noexcept {
  peak_bytes_ = std::max(peak_bytes_, used());
  give_back(std::exchange(large_, nullptr));
  block** link = &first_;
  for (std::size_t kept = 0; *link != nullptr && (*link)->bytes <= keep_bytes - kept;
       link = &(*link)->next) {
    kept += (*link)->bytes;
    poison((*link)->payload(), (*link)->payload_bytes());
  }
  give_back(std::exchange(*link, nullptr));
  forget_current();
  if (first_ != nullptr) enter(first_);
}

void bump_arena::forget_current() noexcept {
  position_ = end_ = begin_ = block_end_ = nullptr;
  current_ = nullptr;
  index_ = 0;
  settled_bytes_ = 0;
  wasted_bytes_ = 0;
}

void bump_arena::limit(std::size_t bytes) noexcept {
  limit_bytes_ = bytes;
  update_end();
}

arena_statistics bump_arena::statistics() const noexcept {
  const std::size_t used_now = used();
  return {.used_bytes = used_now,
          .wasted_bytes = wasted_bytes_,
          .free_bytes = reserved_bytes_ - used_now - wasted_bytes_,
          .reserved_bytes = reserved_bytes_,
          .peak_bytes = std::max(peak_bytes_, used_now),
          .blocks = blocks_,
          .upstream_allocations = upstream_allocations_};
}

std::size_t bump_arena::growth(std::size_t index) const noexcept {
  const auto doublings = static_cast<std::size_t>(
      std::bit_width(options_.max_block_bytes / options_.first_block_bytes) - 1);
  return index > doublings ? options_.max_block_bytes : options_.first_block_bytes << index;
}

bump_arena::block* bump_arena::fetch(std::size_t bytes) {
  auto* const fetched = static_cast<block*>(upstream_->allocate(bytes, block_alignment));
  fetched->bytes = bytes;
  reserved_bytes_ += fetched->payload_bytes();
  ++blocks_;
  ++upstream_allocations_;
  poison(fetched->payload(), fetched->payload_bytes());
  return fetched;
}

void bump_arena::give_back(block* list) noexcept {
  while (list != nullptr) {
    block* const gone = std::exchange(list, list->next);
    reserved_bytes_ -= gone->payload_bytes();
    --blocks_;
    unpoison(gone->payload(), gone->payload_bytes());
    upstream_->deallocate(gone, gone->bytes, block_alignment);
  }
}

}  // namespace arena
