#include "arena/segment_buffer.hpp"

#include <string>

#include <gtest/gtest.h>

#include "arena/bump_arena.hpp"
#include "arena/testing/checking_resource.hpp"
#include "arena/testing/failing_resource.hpp"

namespace {

using arena::segment_buffer;
using arena::testing::checking_resource;

std::string text_of(const segment_buffer& buffer) {
  std::string text;
  for (auto* piece = buffer.first(); piece != nullptr; piece = piece->next) text += piece->view();
  return text;
}

TEST(SegmentBuffer, KeepsWhatIsAppendedInOrderOverManySegments) {
  checking_resource memory;
  segment_buffer buffer(&memory);
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece(static_cast<std::size_t>(i % 90), static_cast<char>('a' + i % 26));
    buffer.append(piece);
    expected += piece;
  }
  EXPECT_EQ(text_of(buffer), expected);
  EXPECT_EQ(buffer.size(), expected.size());
  EXPECT_GT(memory.allocations(), 3u);
}

TEST(SegmentBuffer, NeverMovesWhatIsWritten) {
  checking_resource memory;
  segment_buffer buffer(&memory);
  buffer.append("first");
  const char* const at = buffer.first()->data();
  for (int i = 0; i < 1000; ++i) buffer.append("and much more behind it");
  EXPECT_EQ(buffer.first()->data(), at);
}

TEST(SegmentBuffer, PreparesRoomOfAnySizeInOnePiece) {
  checking_resource memory;
  segment_buffer buffer(&memory);
  for (const std::size_t bytes : {1u, 511u, 512u, 513u, 100'000u}) {
    const auto room = buffer.prepare(bytes);
    ASSERT_GE(room.size(), bytes);
    std::fill_n(room.begin(), bytes, 'x');
    buffer.commit(bytes);
  }
  EXPECT_EQ(text_of(buffer), std::string(1 + 511 + 512 + 513 + 100'000, 'x'));
}

TEST(SegmentBuffer, GivesAnArenaAllOfItsMemoryBack) {
  arena::bump_arena memory;
  for (int i = 0; i < 10; ++i) {
    segment_buffer buffer(&memory);
    while (buffer.size() < 4000) buffer.append("some text");
    buffer.clear();
    EXPECT_EQ(memory.used(), 0u);
  }
}

TEST(SegmentBuffer, IsAsItWasWhereItsMemoryFailsAtAnyCall) {
  for (std::size_t nth = 1; nth <= 6; ++nth) {
    checking_resource checked;
    arena::testing::failing_resource memory(nth, arena::testing::failing_resource::mode::once,
                                            &checked);
    segment_buffer buffer(&memory);
    std::string expected;
    for (int i = 0; i < 4000; ++i) {
      try {
        buffer.append("piece");
        expected += "piece";
      } catch (const std::bad_alloc&) {
        EXPECT_EQ(buffer.size(), expected.size());
      }
    }
    EXPECT_EQ(text_of(buffer), expected);
  }
}

TEST(SegmentBuffer, RefusesSizesNearTheMaximum) {
  checking_resource memory;
  segment_buffer buffer(&memory);
  buffer.append("kept");
  for (std::size_t below = 0; below < 64; ++below)
    EXPECT_THROW((void)buffer.prepare(std::size_t(-1) - below), std::bad_alloc);
  EXPECT_EQ(text_of(buffer), "kept");
}

TEST(SegmentBuffer, GivesEverythingBackWhenCleared) {
  checking_resource memory;
  segment_buffer buffer(&memory);
  buffer.append(std::string(100'000, 'x'));
  buffer.clear();
  EXPECT_EQ(memory.live_blocks(), 0u);
  EXPECT_TRUE(buffer.empty());
  buffer.append("again");
  EXPECT_EQ(text_of(buffer), "again");
}

}  // namespace
