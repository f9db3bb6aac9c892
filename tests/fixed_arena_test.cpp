#include "arena/fixed_arena.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <memory_resource>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace {

using arena::allocation_limit_exceeded;
using arena::fixed_arena;

static_assert(!std::is_copy_constructible_v<fixed_arena<64>>);
static_assert(!std::is_move_constructible_v<fixed_arena<64>>);
static_assert(!std::is_copy_assignable_v<fixed_arena<>>);
static_assert(!std::is_move_assignable_v<fixed_arena<>>);
// Each form has its own constructor alone.
static_assert(!std::is_default_constructible_v<fixed_arena<>>);
static_assert(!std::is_constructible_v<fixed_arena<64>, std::span<std::byte>>);

constexpr std::size_t size_max = std::numeric_limits<std::size_t>::max();

std::uintptr_t address_of(const void* p) {
  return reinterpret_cast<std::uintptr_t>(p);
}

std::byte* bytes_at(void* p) {
  return static_cast<std::byte*>(p);
}

TEST(FixedArena, HoldsExactlyItsBytesAndNotOneMore) {
  for (const std::size_t alignment : {1u, 8u, 16u}) {
    fixed_arena<128> memory;
    EXPECT_EQ(memory.try_allocate(129, alignment), nullptr);
    void* const p = memory.allocate(128, alignment);
    std::memset(p, 1, 128);
    EXPECT_EQ(memory.remaining(), 0u);
    EXPECT_EQ(memory.try_allocate(1, alignment), nullptr);
    EXPECT_EQ(memory.try_allocate(0, alignment), nullptr) << "an address of its own needs room";
  }
}

TEST(FixedArena, FillsItsBlockToTheLastGranule) {
  fixed_arena<128> memory;
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(memory.used(), i * 8);
    std::memset(memory.allocate(8, 8), 1, 8);
  }
  EXPECT_THROW(static_cast<void>(memory.allocate(1, 1)), allocation_limit_exceeded);
  EXPECT_EQ(memory.used(), memory.capacity());
}

TEST(FixedArena, HasItsBlockInsideItself) {
  fixed_arena<64> memory;
  void* const p = memory.allocate(64, 1);
  EXPECT_GE(address_of(p), address_of(&memory));
  EXPECT_LE(address_of(p) + 64, address_of(&memory + 1));
  EXPECT_EQ(address_of(p) % alignof(std::max_align_t), 0u) << "so that the first needs no padding";
}

TEST(FixedArena, GivesDistinctAddressesForZeroBytes) {
  fixed_arena<16> memory;
  void* const a = memory.allocate(0, 1);
  void* const b = memory.allocate(0, 8);
  EXPECT_NE(a, nullptr);
  EXPECT_NE(a, b);
  EXPECT_THROW(static_cast<void>(memory.allocate(0, 1)), allocation_limit_exceeded);
}

TEST(FixedArena, SaysWhatItRefusedAndIsUnchanged) {
  fixed_arena<64> memory;
  std::memset(memory.allocate(40, 8), 1, 40);
  try {
    static_cast<void>(memory.allocate(25, 8));
    FAIL() << "25 bytes do not fit in 24";
  } catch (const allocation_limit_exceeded& refused) {
    EXPECT_EQ(refused.asked_bytes, 25u);
    EXPECT_EQ(refused.used_bytes, 40u);
    EXPECT_EQ(refused.limit_bytes, 64u);
  }
  EXPECT_EQ(memory.used(), 40u);
  EXPECT_NE(memory.try_allocate(24, 8), nullptr) << "what was left is still there";
}

TEST(FixedArena, RefusesSizesAndAlignmentsNearTheMaximum) {
  fixed_arena<256> memory;
  static_cast<void>(memory.allocate(8, 8));
  for (const std::size_t bytes : {size_max, size_max - 1, size_max - 6, size_max - 7, size_max - 8,
                                  size_max - 16, size_max / 2, size_max / 2 + 1}) {
    for (std::size_t alignment = 1; alignment != 0; alignment *= 2) {
      EXPECT_EQ(memory.try_allocate(bytes, alignment), nullptr) << bytes << ", " << alignment;
      EXPECT_THROW(static_cast<void>(memory.allocate(bytes, alignment)), allocation_limit_exceeded);
    }
  }
  EXPECT_EQ(memory.try_allocate(1, std::size_t{1} << 63), nullptr);
  EXPECT_EQ(memory.used(), 8u);
}

TEST(FixedArena, AlignsUpTo4096InEachStateOfItsBlock) {
  fixed_arena<3 * 4096> memory;
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (std::size_t before = 0; before <= 4096; before += 8) {
      memory.reset();
      if (before > 0) std::memset(memory.allocate(before, 1), 1, before);
      void* const p = memory.allocate(40, alignment);
      ASSERT_EQ(address_of(p) % alignment, 0u);
      std::memset(p, 2, 40);
      ASSERT_LE(memory.used(), before + alignment - 1 + 40);
      ASSERT_TRUE(memory.owns(p) && memory.owns(bytes_at(p) + 39));
    }
  }
}

TEST(FixedArena, RefusesWhatFitsBeforeItsPaddingButNotAfter) {
  alignas(64) std::array<std::byte, 128> buffer;
  fixed_arena memory(buffer);
  static_cast<void>(memory.allocate(8, 8));
  EXPECT_EQ(memory.try_allocate(65, 64), nullptr);
  EXPECT_EQ(memory.used(), 8u);
  EXPECT_EQ(memory.try_allocate(64, 64), buffer.data() + 64);
  EXPECT_EQ(memory.remaining(), 0u);
}

TEST(FixedArena, ServesAVectorThatFits) {
  fixed_arena<64> memory;
  std::pmr::vector<int> numbers(&memory);
  numbers.reserve(16);
  for (int i = 0; i < 16; ++i) numbers.push_back(i);
  EXPECT_EQ(numbers.back(), 15);
  EXPECT_EQ(memory.used(), 64u);
}

TEST(FixedArena, LeavesAVectorThatDoesNotFitAsItWas) {
  fixed_arena<256> memory;
  std::pmr::vector<int> numbers(&memory);
  // 4 + 8 + 16 + 32 + 64 + 128 bytes, and the smallest two rounded to 8: the next would be 256.
  for (int i = 0; i < 32; ++i) numbers.push_back(i);
  EXPECT_THROW(numbers.push_back(32), allocation_limit_exceeded);
  ASSERT_EQ(numbers.size(), 32u);
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(numbers[i], static_cast<int>(i));
}

TEST(FixedArena, TakesNothingBackBeforeReset) {
  fixed_arena<64> memory;
  std::pmr::memory_resource& resource = memory;
  void* const p = resource.allocate(64, 8);
  resource.deallocate(p, 64, 8);
  EXPECT_EQ(memory.used(), 64u);
  memory.reset();
  EXPECT_EQ(memory.used(), 0u);
  EXPECT_EQ(memory.remaining(), 64u);
  EXPECT_EQ(resource.allocate(64, 8), p);
}

TEST(FixedArena, OwnsItsBlockFromTheFirstByteToTheLast) {
  std::array<std::byte, 128> outer;
  fixed_arena memory(std::span<std::byte>(outer).subspan(32, 64));
  EXPECT_FALSE(memory.owns(outer.data() + 31));
  EXPECT_TRUE(memory.owns(outer.data() + 32));
  EXPECT_TRUE(memory.owns(outer.data() + 95)) << "handed out or not";
  EXPECT_FALSE(memory.owns(outer.data() + 96));
  EXPECT_FALSE(memory.owns(nullptr));
}

TEST(FixedArena, TrimsABufferToItsWholeGranules) {
  constexpr std::byte untouched{0xEE};
  for (std::size_t begin = 0; begin <= 16; ++begin) {
    for (std::size_t size = 0; size <= 48; ++size) {
      alignas(16) std::array<std::byte, 64> outer;
      outer.fill(untouched);
      const std::size_t first = (begin + 7) / 8 * 8;
      const std::size_t last = (begin + size) / 8 * 8;
      const std::size_t whole = last > first ? last - first : 0;
      {
        fixed_arena memory(std::span<std::byte>(outer).subspan(begin, size));
        ASSERT_EQ(memory.capacity(), whole) << begin << " + " << size;
        ASSERT_EQ(memory.try_allocate(whole + 1, 1), nullptr);
        if (whole > 0) std::memset(memory.allocate(whole, 8), 1, whole);
      }
      for (std::size_t i = 0; i < outer.size(); ++i)
        ASSERT_EQ(outer[i] != untouched, i >= first && i < first + whole) << i;
    }
  }
}

TEST(FixedArena, GivesNothingFromAnEmptyBuffer) {
  fixed_arena memory{std::span<std::byte>()};
  EXPECT_EQ(memory.capacity(), 0u);
  EXPECT_EQ(memory.remaining(), 0u);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, size_max}) {
    EXPECT_EQ(memory.try_allocate(bytes, 1), nullptr);
    EXPECT_THROW(static_cast<void>(memory.allocate(bytes)), allocation_limit_exceeded);
  }
  EXPECT_FALSE(memory.owns(nullptr));
  memory.reset();
  EXPECT_EQ(memory.used(), 0u);
}

TEST(FixedArena, EqualsItselfAlone) {
  fixed_arena<64> one;
  fixed_arena<64> other;
  EXPECT_TRUE(one.is_equal(one));
  EXPECT_FALSE(one.is_equal(other));
}

#if defined(ARENA_POISONS)
bool is_poisoned(const void* p) {
  return __asan_address_is_poisoned(p) != 0;
}

TEST(FixedArena, PoisonsAllButTheExactBytesHandedOut) {
  alignas(64) std::array<std::byte, 256> buffer;
  {
    fixed_arena memory(buffer);
    EXPECT_TRUE(is_poisoned(&buffer.front()) && is_poisoned(&buffer.back()));
    auto* const odd = bytes_at(memory.allocate(13, 1));
    EXPECT_FALSE(is_poisoned(odd) || is_poisoned(odd + 12));
    EXPECT_TRUE(is_poisoned(odd + 13)) << "the rounding is nobody's";
    auto* const aligned = bytes_at(memory.allocate(8, 64));
    EXPECT_TRUE(is_poisoned(aligned - 1)) << "nor is the padding";
    EXPECT_FALSE(is_poisoned(aligned + 7));
    EXPECT_TRUE(is_poisoned(aligned + 8));
    EXPECT_TRUE(is_poisoned(memory.allocate(0, 1)));
    memory.reset();
    EXPECT_TRUE(is_poisoned(odd) && is_poisoned(aligned));
    odd[0] = *bytes_at(memory.allocate(1, 1)) = std::byte{1};
  }
  for (const std::byte& left : buffer) EXPECT_FALSE(is_poisoned(&left));
}

TEST(FixedArenaDeathTest, UseAfterResetIsSeen) {
  fixed_arena<64> memory;
  auto* const stale = static_cast<volatile char*>(memory.allocate(10, 1));
  memory.reset();
  EXPECT_DEATH(stale[0] = 1, "use-after-poison");
}
#endif

}  // namespace
