// An arena that grows: strings and slices copied into it live as long as it does, whatever becomes
// of where they came from. Objects that need a destructor get it called.
#include <cstdio>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "arena/arena_string.hpp"
#include "arena/arena_vector.hpp"
#include "arena/bump_arena.hpp"

namespace {

struct order {
  std::string_view customer;
  std::span<int> quantities;
};

// The arguments end with the caller's statement; the order does not.
order& place_order(arena::bump_arena& memory, const std::string& customer,
                   std::span<const int> quantities) {
  return memory.create<order>(order{memory.copy_string(customer), memory.copy(quantities)});
}

}  // namespace

int main() {
  arena::bump_arena memory;

  int quantities[] = {3, 1, 4};
  const order& placed = place_order(memory, std::string("Ada, a temporary"), quantities);
  quantities[0] = 0;
  std::printf("%s ordered %d\n", placed.customer.data(), placed.quantities[0]);

  // Builders grow in place while they are the latest in their block: nothing is copied or left.
  arena::arena_string line(memory);
  for (const std::string_view word : {"grown", "in", "place,"}) line.append(word).push_back(' ');
  line.append("word by word");
  std::puts(memory.copy_string(line.release()).data());

  arena::arena_vector<int> squares(memory);
  for (int i = 0; i < 1000; ++i) squares.push_back(i * i);
  const std::span<int> kept = squares.release();  // the arena's from now on
  std::printf("999 squared is %d\n", kept[999]);

  std::puts(memory.format("%d orders of %d pieces", 1, 8).data());

  memory.create<std::ofstream>();  // its destructor does something: the arena will call it
  memory.on_release([]() noexcept { std::puts("released, the latest registered first"); });
  memory.reset();
  std::printf("bytes used: %zu, blocks kept for the next time: %zu\n", memory.used(),
              memory.statistics().blocks);
}
