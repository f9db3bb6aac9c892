// Bytes of a std::string copied elsewhere are no std::string.
#include <span>
#include <string>

#include "arena/bump_arena.hpp"

void use(arena::bump_arena& memory, std::span<const std::string> texts) {
  (void)memory.copy(texts);
}
