// A stretch of an arena's use whose memory goes when the stretch ends: for work in between, in the
// midst of a longer life. Scopes nest, and end in the reverse order of their beginning; the
// language sees to that where they are local variables, and debug builds assert it.
// A container must not get memory inside a scope and outlive it: neither by growing nor by being
// assigned, moved or swapped into. Its memory would go at the scope's end, and be freed twice.
#pragma once

#include "arena/bump_arena.hpp"

namespace arena {

class [[nodiscard]] arena_scope {
 public:
  /// O(1), takes no memory. The arena must outlive the scope, and must not be reset inside it.
  explicit arena_scope(bump_arena& memory) noexcept
      : memory_(memory), opened_(memory.open_scope()) {}
  /// As rewind(). Where scopes end out of order or the arena was reset meanwhile, which debug
  /// builds assert, it does nothing, and the memory goes with the next reset.
  ~arena_scope() { memory_.close_scope(opened_); }

  // Neither copied nor moved: it is a place in the arena's history.
  arena_scope(const arena_scope&) = delete;
  arena_scope& operator=(const arena_scope&) = delete;

  /// Ends the life of everything that was allocated since the scope began, after running the
  /// cleanups registered since; the scope goes on. For loops that want the same memory each time.
  /// Keeps the blocks, but those of large requests; O(those).
  void rewind() noexcept { memory_.rewind(opened_); }

 private:
  bump_arena& memory_;
  const bump_arena::checkpoint opened_;
};

}  // namespace arena
