// Two leases of one arena would release it twice.
#include "arena/arena_pool.hpp"

void use(arena::arena_lease& lease) {
  arena::arena_lease copied(lease);
}
