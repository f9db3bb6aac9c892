#include "arena/arena_scope.hpp"

#include <cassert>

namespace arena {

bump_arena::checkpoint bump_arena::open_scope() noexcept {
  const checkpoint opened = {.position = position_,
                             .begin = begin_,
                             .floor = floor_,
                             .current = current_,
                             .large = large_,
                             .large_floor = large_floor_,
                             .cleanups = cleanups_.latest(),
                             .index = index_,
                             .settled_bytes = settled_bytes_,
                             .wasted_bytes = wasted_bytes_,
                             .depth = ++scope_depth_,
                             .generation = generation_};
  floor_ = position_;
  large_floor_ = large_;
  return opened;
}

void bump_arena::rewind(const checkpoint& to) noexcept {
  assert(to.generation == generation_ && "the arena was reset inside a scope");
  assert(to.depth == scope_depth_ && "scopes end out of order");
  if (to.generation != generation_ || to.depth != scope_depth_) return;
  cleanups_.run_until(to.cleanups);
  note_peak();
  source_.give_back(std::exchange(large_, to.large), to.large);
  poison_since(to);
  current_ = to.current;
  position_ = floor_ = to.position;
  begin_ = to.begin;
  block_end_ = current_ != nullptr ? current_->end() : initial_.data() + initial_.size();
  index_ = to.index;
  settled_bytes_ = to.settled_bytes;
  wasted_bytes_ = to.wasted_bytes;
  update_end();
}

void bump_arena::poison_since(const checkpoint& to) noexcept {
  if constexpr (poisoning) {
    const std::byte* const end =
        to.current != nullptr ? to.current->end() : initial_.data() + initial_.size();
    poison(to.position, static_cast<std::size_t>(end - to.position));
    for (block* each = to.current; each != current_;) {
      each = each != nullptr ? each->next : first_;
      poison(each->payload(), each->payload_bytes());
    }
  }
}

void bump_arena::close_scope(const checkpoint& opened) noexcept {
  rewind(opened);
  if (opened.generation != generation_ || opened.depth != scope_depth_) return;
  floor_ = opened.floor;
  large_floor_ = opened.large_floor;
  --scope_depth_;
}

}  // namespace arena
