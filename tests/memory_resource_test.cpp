// What holds for every memory resource of the library alike.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "arena/block_cache.hpp"
#include "arena/bump_arena.hpp"
#include "arena/fixed_arena.hpp"
#include "arena/memory_budget.hpp"
#include "arena/synchronized_arena.hpp"
#include "arena/testing/checking_resource.hpp"
#include "arena/testing/counting_resource.hpp"
#include "arena/testing/failing_resource.hpp"
#include "arena/tracing_resource.hpp"

namespace {

// Two of each, made in place as none of them moves.
template <class Resource>
struct pair_of {
  Resource one{};
  Resource other{};
};
template <>
struct pair_of<arena::block_cache> {
  arena::block_cache one{std::pmr::new_delete_resource(), 1 << 20};
  arena::block_cache other{std::pmr::new_delete_resource(), 1 << 20};
};
template <>
struct pair_of<arena::tracing_resource> {
  arena::tracing_resource one{[](const auto&) {}};
  arena::tracing_resource other{[](const auto&) {}};
};
template <>
struct pair_of<arena::budgeted_resource> {
  arena::memory_budget budget{1 << 20, 1 << 20};
  arena::budgeted_resource one{budget};
  arena::budgeted_resource other{budget};
};

template <class Resource>
class MemoryResource : public testing::Test {};

using resources =
    testing::Types<arena::bump_arena, arena::fixed_arena<4096>, arena::synchronized_arena,
                   arena::block_cache, arena::tracing_resource, arena::budgeted_resource,
                   arena::testing::checking_resource, arena::testing::counting_resource,
                   arena::testing::failing_resource>;
TYPED_TEST_SUITE(MemoryResource, resources);

TYPED_TEST(MemoryResource, IsEqualToItselfAlone) {
  pair_of<TypeParam> made;
  const std::pmr::memory_resource& one = made.one;
  const std::pmr::memory_resource& other = made.other;
  EXPECT_TRUE(one.is_equal(one));
  EXPECT_FALSE(one.is_equal(other));
  EXPECT_FALSE(one == other);
}

TYPED_TEST(MemoryResource, ServesContainersUntilTheyEnd) {
  pair_of<TypeParam> made;
  std::pmr::vector<int> numbers({1, 2, 3}, &made.one);
  numbers.push_back(4);
  std::pmr::vector<int> elsewhere(&made.other);
  elsewhere = std::move(numbers);  // unequal resources: a copy
  EXPECT_EQ(elsewhere, (std::pmr::vector<int>{1, 2, 3, 4}));
}

template <class Arena>
class ArenaResource : public testing::Test {};

// In that memory and no other.
template <class Arena>
auto arena_in(std::span<std::byte> room) {
  if constexpr (std::is_same_v<Arena, arena::fixed_arena<8192>>)
    return std::make_unique<arena::fixed_arena<>>(room);
  else
    return std::make_unique<Arena>(room, std::pmr::null_memory_resource());
}

using arenas =
    testing::Types<arena::bump_arena, arena::fixed_arena<8192>, arena::synchronized_arena>;
TYPED_TEST_SUITE(ArenaResource, arenas);

TYPED_TEST(ArenaResource, StartsLongTextsAtACacheLineAndPacksOthers) {
  TypeParam memory;
  std::pmr::memory_resource& resource = memory;
  const auto bytes_before = [](const void* p) {
    return reinterpret_cast<std::uintptr_t>(p) % arena::cache_line_bytes;
  };
  const auto first = bytes_before(resource.allocate(8, 1));
  const auto second = bytes_before(resource.allocate(arena::long_text_bytes - 1, 1));
  EXPECT_EQ(second, (first + 8) % arena::cache_line_bytes);
  EXPECT_EQ(bytes_before(resource.allocate(8, 1)), (second + 2048) % arena::cache_line_bytes);
  EXPECT_EQ(bytes_before(resource.allocate(arena::long_text_bytes, 1)), 0u);
  EXPECT_EQ(bytes_before(resource.allocate(8, 1)), 0u);
  EXPECT_EQ(bytes_before(resource.allocate(arena::long_text_bytes, 2)), 8u);
}

// A cache line is preferred, no more: what fits without still fits, wherever the memory lies.
TYPED_TEST(ArenaResource, RefusesNoTextForTheSakeOfACacheLine) {
  alignas(arena::cache_line_bytes) std::array<std::byte, 4096 + arena::cache_line_bytes> buffer;
  for (std::size_t offset = 0; offset < arena::cache_line_bytes; offset += 8) {
    const std::span<std::byte> room(buffer.data() + offset, 4096);
    const auto memory = arena_in<TypeParam>(room);
    std::pmr::memory_resource& resource = *memory;
    EXPECT_EQ(resource.allocate(4096, 1), room.data()) << "at offset " << offset;
    EXPECT_THROW(static_cast<void>(resource.allocate(1, 1)), std::bad_alloc);
  }
}

TEST(BumpArenaResource, HoldsItsLimitForTextsWhereverBlocksLie) {
  for (std::size_t before = 0; before < arena::cache_line_bytes; before += 8) {
    arena::bump_arena memory;
    if (before > 0) static_cast<void>(memory.allocate(before, 1));
    memory.limit(before + arena::long_text_bytes);
    std::pmr::memory_resource& resource = memory;
    EXPECT_THROW(static_cast<void>(resource.allocate(arena::long_text_bytes + 1, 1)),
                 arena::allocation_limit_exceeded);
    EXPECT_NO_THROW(static_cast<void>(resource.allocate(arena::long_text_bytes, 1)));
    EXPECT_EQ(memory.used(), memory.limit());
  }
}

}  // namespace
