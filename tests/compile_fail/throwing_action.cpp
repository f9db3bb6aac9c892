// Actions run in destructors: one that may throw would end the process.
#include "arena/bump_arena.hpp"

void use(arena::bump_arena& memory) {
  memory.on_release([] {});
}
