// What the README shows of the arena, as a program.
#include <cstdio>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "arena/arena_scope.hpp"
#include "arena/arena_string.hpp"
#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"

int main() {
  const std::string input = "name";
  arena::testing::checking_resource upstream;
  arena::bump_arena memory(&upstream);
  auto& numbers = memory.create<std::pmr::vector<int>>();
  numbers.push_back(1);
  const auto& form = memory.create<std::pmr::string>("text");
  const std::string_view name = memory.copy_string(input);
  memory.on_release([]() noexcept { std::puts("gone"); });
  {
    const arena::arena_scope scope(memory);
    arena::arena_string line(memory);
    line.append(form).append(name);
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  }
  memory.limit(1 << 20);
  if (memory.try_allocate(2 << 20) == nullptr) std::puts("over the limit");
}
