// An arena's blocks have one owner.
#include "arena/bump_arena.hpp"

void use(arena::bump_arena& memory) {
  arena::bump_arena copied(memory);
}
