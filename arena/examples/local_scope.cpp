// Memory for work in between: what a scope allocates goes when the scope ends, and the next one
// gets the same bytes again.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "arena/arena_scope.hpp"

namespace {

// Sorting needs a copy of the words; the answer does not.
std::string_view middle_word(arena::bump_arena& memory, std::pmr::vector<std::string_view>& words) {
  const arena::arena_scope scope(memory);
  std::pmr::vector<std::string_view> sorted(words, &memory);
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() / 2];  // a view of what the caller holds, so that it may leave
}

}  // namespace

int main() {
  std::array<std::byte, 4096> buffer;  // from the stack first, from the heap only if that is spent
  arena::bump_arena memory(buffer);

  std::pmr::vector<std::string_view> words({"plum", "fig", "quince", "apple", "pear"}, &memory);
  const std::size_t before = memory.used();
  for (int i = 0; i < 1000; ++i) (void)middle_word(memory, words);

  const std::string_view middle = middle_word(memory, words);
  std::printf("the middle word is %.*s\n", static_cast<int>(middle.size()), middle.data());
  std::printf("1001 calls left %zu bytes behind, and made %zu calls of the heap\n",
              memory.used() - before, static_cast<std::size_t>(memory.statistics().blocks));
}
