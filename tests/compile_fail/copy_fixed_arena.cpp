// The copy's block would be another, and what points into the first would not follow.
#include "arena/fixed_arena.hpp"

void use(arena::fixed_arena<64>& memory) {
  arena::fixed_arena<64> copied(memory);
}
