// Two bounds: what one request may use (the arena's limit), and what all of them may hold together
// (a budget that every arena's blocks are charged to). Both are met by an answer, not by a crash.
#include <cstdio>
#include <memory_resource>
#include <new>
#include <string>

#include "arena/bump_arena.hpp"
#include "arena/memory_budget.hpp"

namespace {

// A handler that repeats what it was sent.
std::size_t repeat(std::pmr::memory_resource& memory, std::size_t times) {
  std::pmr::string answer(&memory);
  for (std::size_t i = 0; i < times; ++i) answer += "0123456789abcdef";
  return answer.size();
}

void serve(arena::bump_arena& memory, std::size_t times) {
  try {
    std::printf("200: %zu bytes\n", repeat(memory, times));
  } catch (const arena::allocation_limit_exceeded& exceeded) {
    std::printf("413: over this request's %zu bytes\n", exceeded.limit_bytes);
  } catch (const arena::memory_budget_exceeded& exceeded) {
    std::printf("503: over the server's %zu bytes; try again later\n", exceeded.hard_bytes);
  }
  memory.reset(arena::keep::none());
}

}  // namespace

int main() {
  arena::memory_budget server(512 << 10, 1 << 20);  // soft and hard mark
  arena::budgeted_resource blocks(server);

  arena::bump_arena request(&blocks);
  request.limit(64 << 10);
  serve(request, 1000);
  serve(request, 10'000);

  arena::bump_arena other(&blocks);  // a request without a bound of its own
  (void)other.allocate(600 << 10);
  std::printf("over the soft mark: %s\n", server.over_soft() ? "yes" : "no");
  request.limit(1 << 20);
  serve(request, 20'000);
  other.reset(arena::keep::none());
  serve(request, 10'000);
  std::printf("%zu bytes are charged at the end\n", server.used());
}
