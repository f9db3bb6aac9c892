// Fuzz target: the arena's arithmetic against the same in 128 bits, where nothing can wrap. The
// input is a row of numbers of which each decides one argument: bump.hpp and size_class.hpp.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <span>

#include "arena/bump.hpp"
#include "arena/size_class.hpp"

namespace {

__extension__ using wide = unsigned __int128;

constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "bump_fuzz: %s\n", what);
  std::abort();
}

wide rounded_up(wide value, wide alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

void check_round_up(std::uint64_t bytes, std::uint64_t alignment) {
  const wide exact = rounded_up(bytes, alignment);
  expect(arena::round_up(bytes, alignment) == (exact > max ? 0 : exact), "round_up");
}

void check_bump(std::uint64_t position, std::uint64_t end, std::uint64_t bytes,
                std::uint64_t alignment) {
  const wide start = rounded_up(position, alignment);
  const wide rounded = rounded_up(bytes == 0 ? 1 : bytes, arena::granule_bytes);
  const bool fits = start + rounded <= end;
  const std::uint64_t result = arena::bump(position, end, bytes, alignment);
  expect(result == (fits ? start : 0), "bump");
}

void check_size_class(std::uint64_t bytes) {
  namespace size_class = arena::size_class;
  const std::size_t size = bytes % size_class::largest_bytes + 1;
  const std::size_t index = size_class::index_for(size);
  expect(index < size_class::count, "a size class that is none");
  expect(size_class::bytes(index) >= size, "a size class that is too small");
  expect(index == 0 || size_class::bytes(index - 1) < size, "a size class that is too large");
  expect(size_class::index_for(size_class::bytes(index)) == index, "a class that is not its own");
  expect(index == 0 || wide{4} * (size_class::bytes(index) - size) < size, "more slack than told");
}

// A number near zero, a power of two or the maximum is worth more than one in between.
std::uint64_t read_number(std::uint64_t raw) {
  const std::uint64_t offset = raw >> 8 & 0xFFFF;
  const std::uint64_t power = std::uint64_t{1} << (raw >> 2 & 63);
  switch (raw & 3) {
    case 0:
      return raw;
    case 1:
      return power + offset % 64 - 32;
    case 2:
      return offset;
    default:
      return max - offset;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::array<std::uint64_t, 4> raw{};
  for (; size >= sizeof raw; data += sizeof raw, size -= sizeof raw) {
    std::memcpy(raw.data(), data, sizeof raw);
    constexpr std::uint64_t granule = arena::granule_bytes;
    const std::uint64_t one = read_number(raw[0]) / granule * granule;
    const std::uint64_t other = read_number(raw[1]) / granule * granule;
    const std::uint64_t bytes = read_number(raw[2]);
    const std::uint64_t alignment = std::uint64_t{1} << raw[3] % 64;
    check_round_up(bytes, alignment);
    if (one != 0 && other != 0)
      check_bump(one < other ? one : other, one < other ? other : one, bytes, alignment);
    check_size_class(bytes);
  }
  return 0;
}
