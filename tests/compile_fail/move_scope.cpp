// A scope that moves could outlive one that it encloses.
#include <utility>

#include "arena/arena_scope.hpp"

void use(arena::arena_scope& scope) {
  const arena::arena_scope moved(std::move(scope));
}
