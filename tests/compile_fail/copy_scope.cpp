// Two scopes with one start would rewind it twice.
#include "arena/arena_scope.hpp"

void use(arena::arena_scope& scope) {
  const arena::arena_scope copied(scope);
}
