// Compiles: what the other files here have in common is not what they fail by.
#include <cstddef>
#include <span>
#include <utility>

#include "arena/arena_pool.hpp"
#include "arena/arena_scope.hpp"
#include "arena/bump_arena.hpp"
#include "arena/fixed_arena.hpp"

void use(arena::arena_pool& pool) {
  arena::arena_lease lease = pool.lease();
  arena::arena_lease moved(std::move(lease));
  const arena::arena_scope scope(*moved);
  const int numbers[] = {1, 2, 3};
  (void)moved->copy(std::span<const int>(numbers));
  moved->on_release([]() noexcept {});
  arena::fixed_arena<64> fixed;
  (void)fixed.allocate(8);
}
