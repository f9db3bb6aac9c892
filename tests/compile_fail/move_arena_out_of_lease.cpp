// An arena that moves would leave what was allocated from it behind.
#include <utility>

#include "arena/arena_pool.hpp"

void use(arena::arena_lease& lease) {
  arena::bump_arena stolen(std::move(*lease));
}
