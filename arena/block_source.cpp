#include "arena/block_source.hpp"

#include <functional>
#include <utility>

#include "arena/poison.hpp"

namespace arena {

bool block::holds(const void* p) const noexcept {
  const std::less<const void*> before;  // a total order, as `p` may point anywhere
  const auto* const start = reinterpret_cast<const std::byte*>(this + 1);
  return !before(p, start) && before(p, start + payload_bytes());
}

block* block_source::fetch(std::size_t bytes) {
  auto* const fetched =
      ::new (upstream_->allocate(bytes, block_alignment)) block{.next = nullptr, .bytes = bytes};
  reserved_bytes_ += fetched->payload_bytes();
  ++blocks_;
  ++fetched_;
  poison(fetched->payload(), fetched->payload_bytes());
  return fetched;
}

void block_source::give_back(block* list, const block* end) noexcept {
  while (list != end) {
    block* const gone = std::exchange(list, list->next);
    reserved_bytes_ -= gone->payload_bytes();
    --blocks_;
    unpoison(gone->payload(), gone->payload_bytes());
    upstream_->deallocate(gone, gone->bytes, block_alignment);
  }
}

std::size_t block_source::retain(block*& first, keep what) noexcept {
  if (what.keeps_all()) return 0;
  if (what.how == keep::policy::largest) move_largest_to(first);
  std::size_t kept_bytes = 0;
  std::size_t kept_blocks = 0;
  block** end = &first;
  for (; *end != nullptr && kept_blocks < what.blocks; end = &(*end)->next) {
    if ((*end)->bytes > what.bytes - kept_bytes) break;
    kept_bytes += (*end)->bytes;
    ++kept_blocks;
  }
  give_back(std::exchange(*end, nullptr));
  if (what.how != keep::policy::coalesced || kept_blocks < 2) return 0;
  give_back(std::exchange(first, nullptr));
  return kept_bytes;
}

void block_source::give_back_larger(block*& first, std::size_t bytes) noexcept {
  for (block** link = &first; *link != nullptr;) {
    if ((*link)->bytes <= bytes) {
      link = &(*link)->next;
      continue;
    }
    block* const gone = std::exchange(*link, (*link)->next);
    give_back(gone, gone->next);
  }
}

void block_source::move_largest_to(block*& first) noexcept {
  block* largest = first;
  for (block* each = first; each != nullptr; each = each->next) {
    if (each->bytes > largest->bytes) largest = each;
  }
  give_back(std::exchange(first, largest), largest);
}

}  // namespace arena
