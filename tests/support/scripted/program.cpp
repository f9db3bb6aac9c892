#include "tests/support/scripted/program.hpp"

#include <algorithm>
#include <array>

namespace scripted {

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t steps_max = 63;

constexpr std::size_t unlimited = connection_program::unlimited_bytes;
constexpr std::array<std::size_t, 16> budgets = {
    unlimited, unlimited, 12 * kib, 16 * kib, 17 * kib,  20 * kib,  24 * kib,  33 * kib,
    40 * kib,  50 * kib,  65 * kib, 96 * kib, 128 * kib, 256 * kib, 512 * kib, 1024 * kib};
// From the least that the program takes as --request-memory-max.
constexpr std::array<std::size_t, 16> request_budgets = {
    unlimited, unlimited, unlimited, 32 * kib, 33 * kib, 34 * kib,  36 * kib,  40 * kib,
    44 * kib,  48 * kib,  56 * kib,  64 * kib, 96 * kib, 128 * kib, 256 * kib, 512 * kib};

constexpr server::limits usual_limits = {.body_bytes_max = 64 * kib};  // more only takes time
constexpr server::limits small_limits = {.header_bytes_max = 256,
                                         .header_fields_max = 5,
                                         .target_bytes_max = 64,
                                         .body_bytes_max = 100,
                                         .pipeline_depth_max = 3,
                                         .pipeline_bytes_max = 600};

server::memory_strategy strategy_of(unsigned number) {
  constexpr std::array<server::memory_strategy, 8> strategies = {
      server::memory_strategy::arena,      server::memory_strategy::heap,
      server::memory_strategy::new_delete, server::memory_strategy::monotonic,
      server::memory_strategy::pool,       server::memory_strategy::arena,
      server::memory_strategy::arena,      server::memory_strategy::heap};
  return strategies[number];
}

}  // namespace

connection_program::connection_program(std::span<const std::uint8_t> input) {
  std::array<std::uint8_t, 3> head{};
  const std::size_t head_bytes = std::min(input.size(), head.size());
  std::copy_n(input.begin(), head_bytes, head.begin());
  settings.memory = strategy_of(head[0] & 7u);
  is_refused = (head[0] & 8u) != 0;
  never_ends = (head[0] & 16u) != 0;
  settings.bounds = (head[0] & 32u) != 0 ? small_limits : usual_limits;
  blocks_when_cut = (head[0] & 64u) != 0;
  is_warm = (head[0] & 128u) != 0;
  budget_bytes = budgets[head[1] & 15u];
  settings.request_memory_max_bytes = request_budgets[head[1] >> 4];
  input = input.subspan(head_bytes);
  const auto program = input.first(std::min<std::size_t>(head[2] & steps_max, input.size()));
  steps.assign(program.begin(), program.end());
  input = input.subspan(program.size());
  sent = {reinterpret_cast<const char*>(input.data()), input.size()};
}

bool connection_program::is_plain() const {
  // See the steps: those of kinds 0 to 6 and 10 on cut what moves, and handlers answer by 8.
  const bool steps_are = std::all_of(steps.begin(), steps.end(), [](std::uint8_t step) {
    const unsigned kind = step >> 4;
    return kind != 7 && kind != 9 && (kind != 8 || step % 2 == 0);
  });
  return steps_are && !is_refused && budget_bytes == unlimited_bytes &&
         settings.request_memory_max_bytes == unlimited_bytes;
}

connection_program connection_program::in_one_piece() const {
  connection_program other = *this;
  const bool is_arena = settings.memory == server::memory_strategy::arena;
  other.settings.memory = is_arena ? server::memory_strategy::heap : server::memory_strategy::arena;
  other.steps.clear();
  other.is_warm = false;
  return other;
}

}  // namespace scripted
