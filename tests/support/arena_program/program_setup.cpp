#include "tests/support/arena_program/program_setup.hpp"

#include <array>
#include <limits>

arena::arena_options read_options(byte_reader& in) {
  constexpr std::array<std::size_t, 8> first = {256, 257, 300, 1000, 1001, 1024, 4096, 4095};
  const std::size_t chosen = in.byte();
  const std::size_t first_bytes = first[chosen % first.size()];
  const std::size_t max_bytes = (first_bytes << chosen / 8 % 5) + chosen / 64;
  const std::size_t limit = in.two_bytes();
  return {.first_block_bytes = first_bytes,
          .max_block_bytes = max_bytes,
          .limit_bytes = limit % 2 == 0 ? std::numeric_limits<std::size_t>::max() : limit};
}

std::span<std::byte> read_buffer(byte_reader& in, std::span<std::byte> storage) {
  struct shape {
    std::size_t offset;
    std::size_t bytes;
  };
  constexpr std::array<shape, 8> shapes = {
      {{0, 0}, {0, 0}, {0, 1024}, {3, 1021}, {1, 7}, {4, 15}, {0, 6000}, {5, 4001}}};
  const shape chosen = shapes[in.byte() % shapes.size()];
  return storage.subspan(chosen.offset, chosen.bytes);
}

void read_failures(byte_reader& in, const program_settings& settings,
                   recording_upstream& upstream) {
  const std::size_t first = in.byte();
  const std::size_t every = in.byte();
  upstream.fail(first < 128 ? 0 : first - 127, every % 4 == 0 ? every / 4 + 1 : 0);
  if (settings.failing_call > 0) upstream.fail(settings.failing_call, 0);
}
