// A lease goes back to the pool it came from, which must be the only one of its kind.
#include "arena/arena_pool.hpp"

void use(arena::arena_pool& pool) {
  arena::arena_pool copied(pool);
}
