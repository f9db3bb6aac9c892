#include "arena/arena_allocator.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"

namespace {

namespace http = boost::beast::http;

using arena::arena_allocator;
using arena::bump_arena;
using arena::testing::checking_resource;

template <class T>
using vector = std::vector<T, arena_allocator<T>>;
using string = std::basic_string<char, std::char_traits<char>, arena_allocator<char>>;

static_assert(std::is_nothrow_copy_assignable_v<arena_allocator<int>>);
static_assert(std::is_nothrow_move_assignable_v<arena_allocator<int>>);
static_assert(!std::is_default_constructible_v<arena_allocator<int>>);
static_assert(std::is_nothrow_move_assignable_v<vector<int>>);

TEST(ArenaAllocator, ServesStandardContainers) {
  bump_arena memory;
  vector<int> numbers({3, 1, 2}, memory);
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(numbers, (vector<int>({1, 2, 3}, memory)));
  std::map<int, string, std::less<>, arena_allocator<std::pair<const int, string>>> names(memory);
  names.emplace(1, string("a name that is longer than the small buffer", memory));
  std::unordered_map<int, int, std::hash<int>, std::equal_to<>,
                     arena_allocator<std::pair<const int, int>>>
      squares(memory);
  for (int i = 0; i < 1000; ++i) squares[i] = i * i;
  EXPECT_EQ(squares.at(31), 961);
  EXPECT_TRUE(memory.owns(names.at(1).data()));
}

TEST(ArenaAllocator, StartsLongTextsAtACacheLine) {
  bump_arena memory;
  static_cast<void>(memory.allocate(8));
  const string text(arena::long_text_bytes, 'x', memory);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(text.data()) % arena::cache_line_bytes, 0u);
}

TEST(ArenaAllocator, IsEqualWhereTheArenaIsTheSame) {
  bump_arena one;
  bump_arena other;
  EXPECT_EQ(arena_allocator<int>(one), arena_allocator<char>(one));
  EXPECT_NE(arena_allocator<int>(one), arena_allocator<int>(other));
}

TEST(ArenaAllocator, GoesAlongWhenAContainerIsMovedOrSwapped) {
  bump_arena one;
  bump_arena other;
  vector<int> from({1, 2, 3}, one);
  const int* const place = from.data();
  vector<int> to({9}, other);
  to = std::move(from);
  EXPECT_EQ(to.data(), place);
  EXPECT_EQ(&to.get_allocator().memory(), &one);
  vector<int> third({7}, other);
  swap(to, third);
  EXPECT_EQ(third.data(), place);
  EXPECT_EQ(&to.get_allocator().memory(), &other);
}

TEST(ArenaAllocator, StaysWhenAContainerIsCopyAssigned) {
  bump_arena request;
  bump_arena longer_lived;
  vector<int> to(longer_lived);
  {
    const vector<int> from({1, 2, 3}, request);
    to = from;
  }
  request.reset(arena::keep::none());
  EXPECT_EQ(to, (vector<int>({1, 2, 3}, longer_lived)));
}

TEST(ArenaAllocator, RefusesCountsWhoseBytesCannotBeCounted) {
  bump_arena memory;
  arena_allocator<std::uint64_t> numbers(memory);
  EXPECT_THROW((void)numbers.allocate(std::size_t(-1) / 8 + 1), std::bad_array_new_length);
  EXPECT_THROW((void)numbers.allocate(std::size_t(-1) / 8), std::bad_alloc);
  EXPECT_EQ(memory.used(), 0u);
}

TEST(ArenaAllocator, TakesTheLatestBack) {
  bump_arena memory;
  for (int i = 0; i < 100; ++i) const vector<int> numbers(100, 1, memory);
  EXPECT_EQ(memory.used(), 0u);
}

using fields = http::basic_fields<arena_allocator<char>>;
using body = http::basic_string_body<char, std::char_traits<char>, arena_allocator<char>>;
using request = http::request<body, fields>;

request make_request(bump_arena& memory, std::string_view field) {
  request made(std::piecewise_construct, std::make_tuple(string(memory)),
               std::make_tuple(arena_allocator<char>(memory)));
  made.target("/a/target/that/is/longer/than/any/small/buffer");
  made.set("X-Field", field);
  made.body() = string("a body that is longer than any small buffer", memory);
  return made;
}

TEST(ArenaAllocator, HasBeastsMessagesMoveAssigned) {
  checking_resource upstream;
  bump_arena one(&upstream);
  bump_arena other(&upstream);
  static_assert(std::is_nothrow_move_assignable_v<fields>);
  request first = make_request(one, "first");
  first = make_request(other, "second");
  EXPECT_EQ(first["X-Field"], "second");
  EXPECT_EQ(first.target(), "/a/target/that/is/longer/than/any/small/buffer");
  EXPECT_TRUE(other.owns(first["X-Field"].data()));
  EXPECT_TRUE(other.owns(first.body().data()));
}

TEST(ArenaAllocator, HasBeastsMessagesCopiedIntoTheirOwnArena) {
  bump_arena one;
  bump_arena other;
  request kept = make_request(one, "kept");
  {
    const request passing = make_request(other, "passing");
    kept = passing;
  }
  other.reset(arena::keep::none());
  EXPECT_EQ(kept["X-Field"], "passing");
  EXPECT_TRUE(one.owns(kept["X-Field"].data()));
}

TEST(ArenaAllocator, ServesBeastsBuffers) {
  bump_arena one;
  bump_arena other;
  using buffer = boost::beast::basic_flat_buffer<arena_allocator<char>>;
  buffer from{arena_allocator<char>(one)};
  from.commit(boost::asio::buffer_copy(from.prepare(1000), boost::asio::buffer("bytes", 5)));
  buffer to{arena_allocator<char>(other)};
  to = std::move(from);
  EXPECT_EQ(to.size(), 5u);
  EXPECT_TRUE(one.owns(to.data().data()));
}

}  // namespace
