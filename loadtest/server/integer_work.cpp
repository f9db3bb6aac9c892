#include "loadtest/server/integer_work.hpp"

namespace lab_server {

std::uint64_t integer_work(std::size_t iterations) noexcept {
  std::uint64_t state = 88172645463325252u;
  for (std::size_t i = 0; i < iterations; ++i) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  return state;
}

}  // namespace lab_server
