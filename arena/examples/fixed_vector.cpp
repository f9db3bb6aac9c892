// A vector in 1 KiB that never becomes more: one that fits, and one that does not.
#include <cstdio>
#include <memory_resource>
#include <vector>

#include "arena/fixed_arena.hpp"

int main() {
  arena::fixed_arena<1024> memory;  // on the stack, block and all

  {
    std::pmr::vector<int> numbers(&memory);
    numbers.reserve(200);  // 800 bytes, once: a vector that grows would leave its old arrays behind
    for (int i = 0; i < 200; ++i) numbers.push_back(i);
    std::printf("200 numbers fit: %zu of %zu bytes are used\n", memory.used(), memory.capacity());
  }

  memory.reset();  // the vector is gone, and now its memory as well
  std::pmr::vector<int> numbers(&memory);
  try {
    numbers.reserve(300);
  } catch (const arena::allocation_limit_exceeded& exceeded) {
    std::printf("300 do not: asked for %zu bytes, used %zu of %zu\n", exceeded.asked_bytes,
                exceeded.used_bytes, exceeded.limit_bytes);
  }
  numbers.push_back(7);  // a refusal changes nothing
  std::printf("the vector goes on: %d, in %zu bytes\n", numbers.front(), memory.used());
}
