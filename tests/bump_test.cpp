#include "arena/bump.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>

#include <gtest/gtest.h>

namespace {

using arena::bump;
using arena::granule_bytes;
using arena::round_up;

__extension__ typedef unsigned __int128 wide;  // in which nothing here can wrap

constexpr std::size_t size_max = std::numeric_limits<std::size_t>::max();
constexpr std::uintptr_t last_granule = ~(granule_bytes - 1);
constexpr std::size_t largest_alignment = std::size_t{1} << 63;

struct request {
  std::uintptr_t position;
  std::uintptr_t end;
  std::size_t bytes;
  std::size_t alignment;
};

std::ostream& operator<<(std::ostream& out, const request& r) {
  return out << "position " << r.position << ", end " << r.end << ", bytes " << r.bytes
             << ", alignment " << r.alignment;
}

wide wide_round_up(wide value, wide alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

std::uintptr_t expected_bump(const request& r) {
  const wide start = wide_round_up(r.position, r.alignment);
  const wide size = wide_round_up(r.bytes == 0 ? 1 : r.bytes, granule_bytes);
  return start + size <= r.end ? static_cast<std::uintptr_t>(start) : 0;
}

std::uintptr_t actual_bump(const request& r) {
  return bump(r.position, r.end, r.bytes, r.alignment);
}

// Uniform in the number of bits, and often just beside a power of two or at the very end.
class number_source {
 public:
  std::uint64_t below(std::uint64_t bound) { return bits_() % bound; }
  std::size_t size() {
    switch (below(8)) {
      case 0:
        return size_max - below(20);
      case 1:
        return (std::size_t{1} << below(64)) + below(17) - 8;
      default: {
        const std::uint64_t dropped = below(65);
        return dropped == 64 ? 0 : bits_() >> dropped;
      }
    }
  }
  std::size_t alignment() { return std::size_t{1} << below(64); }

  request any() {
    const std::uintptr_t position = size() & last_granule;
    const std::size_t room = std::min<std::size_t>(size(), last_granule - position);
    return {position, (position + room) & last_granule, size(), alignment()};
  }
  // A size at the very border of what fits.
  request close() {
    request r = any();
    r.alignment = std::size_t{1} << below(14);
    const wide start = wide_round_up(r.position, r.alignment);
    if (start < r.end) r.bytes = r.end - static_cast<std::size_t>(start) + below(17) - 8;
    return r;
  }

 private:
  std::mt19937_64 bits_{20240229};
};

// It is arithmetic alone, and the compiler can hold it to that.
static_assert(round_up(0, 8) == 0 && round_up(1, 8) == 8 && round_up(8, 8) == 8);
static_assert(bump(64, 128, 64, 8) == 64);
static_assert(bump(64, 128, 65, 8) == 0);

TEST(Bump, RoundsUpToThePowerOfTwoAndToZeroWhenItWraps) {
  number_source numbers;
  for (int i = 0; i < 1'000'000; ++i) {
    const std::size_t bytes = numbers.size();
    const std::size_t alignment = numbers.alignment();
    const wide whole = wide_round_up(bytes, alignment);
    ASSERT_EQ(round_up(bytes, alignment), whole > size_max ? 0 : static_cast<std::size_t>(whole))
        << bytes << " to " << alignment;
  }
}

TEST(Bump, KnowsItsEdges) {
  struct {
    request asked;
    std::uintptr_t start;
  } const edges[] = {
      {{0, 0, 0, 1}, 0},  // no memory at all
      {{0, 0, 1, 8}, 0},
      {{0, 0, size_max, 1}, 0},
      {{64, 64, 0, 1}, 0},  // a full block has no room even for nothing
      {{64, 72, 0, 1}, 64},
      {{64, 72, 1, 1}, 64},
      {{64, 72, 8, 1}, 64},
      {{64, 72, 9, 1}, 0},
      {{64, 72, 8, 64}, 64},
      {{72, 128, 1, 64}, 0},  // the padding reaches the end exactly
      {{72, 128, 1, 128}, 0},
      {{72, 136, 8, 64}, 128},
      {{72, 136, 9, 64}, 0},
      {{8, 4104, 8, 4096}, 4096},
      {{8, 4096, 8, 4096}, 0},
      {{64, 128, size_max, 8}, 0},  // rounds up to 0
      {{64, 128, size_max - 6, 8}, 0},
      {{64, 128, size_max - 7, 8}, 0},  // the largest that does not
      {{8, last_granule, size_max - 14, 8}, 0},
      {{8, last_granule, size_max - 15, 8}, 8},  // the whole address space, exactly
      {{8, last_granule, size_max - 23, 8}, 8},
      {{8, last_granule, size_max - 22, 8}, 8},
      {{8, last_granule, last_granule - 8, 1}, 8},  // the same size
      {{8, last_granule, last_granule - 7, 1}, 0},
      {{last_granule, last_granule, 1, 8}, 0},
      {{last_granule - 8, last_granule, 8, 8}, last_granule - 8},
      {{last_granule - 8, last_granule, 1, 16}, last_granule - 8},
      {{last_granule - 8, last_granule, 1, 32}, 0},  // the aligned address would wrap
      {{last_granule - 8, last_granule, 1, largest_alignment}, 0},
      {{8, last_granule, 1, largest_alignment}, largest_alignment},
      {{largest_alignment, last_granule, 1, largest_alignment}, largest_alignment},
      {{largest_alignment + 8, last_granule, 1, largest_alignment}, 0},
  };
  for (const auto& [asked, start] : edges) {
    EXPECT_EQ(actual_bump(asked), start) << asked;
    EXPECT_EQ(expected_bump(asked), start) << "the model itself, at " << asked;
  }
}

TEST(Bump, AgreesWithArithmeticThatCannotWrap) {
  number_source numbers;
  std::size_t fitting = 0;
  constexpr std::size_t cases = 1'000'000;
  for (std::size_t i = 0; i < cases; ++i) {
    const request asked = i % 2 == 0 ? numbers.any() : numbers.close();
    const std::uintptr_t start = expected_bump(asked);
    ASSERT_EQ(actual_bump(asked), start) << asked;
    if (start != 0) ++fitting;
  }
  EXPECT_GT(fitting, cases / 10) << "the cases must be of both sorts";
  EXPECT_LT(fitting, cases - cases / 10);
}

}  // namespace
