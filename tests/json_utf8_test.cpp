// What is UTF-8 (RFC 3629).
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "server/json/utf8.hpp"

namespace {

using server::json::utf8_character_bytes;
using server::json::valid_utf8_bytes;

TEST(Utf8, TakesEachCharacterAndNothingElse) {
  for (const std::string_view valid :
       {"", "a", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(valid_utf8_bytes(valid), valid.size()) << valid;
  }
  for (const std::string_view invalid :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2z", "\xE0\x9F\xBF", "\xE0\xA0",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xEF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_EQ(valid_utf8_bytes(invalid), 0U) << testing::PrintToString(invalid);
  }
}

TEST(Utf8, FindsAWrongByteWhereverItStands) {
  for (std::size_t at = 0; at < 100; ++at) {
    std::string text(100, 'x');
    text[at] = '\xFF';
    EXPECT_EQ(valid_utf8_bytes(text), at);
    EXPECT_EQ(valid_utf8_bytes(std::string(at, 'x') + "\xC3\xA4"), at + 2);
    EXPECT_EQ(valid_utf8_bytes(std::string(at, 'x') + "\xC3"), at);
  }
}

TEST(Utf8, CountsTheBytesOfOneCharacter) {
  EXPECT_EQ(utf8_character_bytes(""), 0U);
  EXPECT_EQ(utf8_character_bytes(std::string_view("\0", 1)), 1U);
  EXPECT_EQ(utf8_character_bytes("ab"), 1U);
  EXPECT_EQ(utf8_character_bytes("\xC3\xA4z"), 2U);
  EXPECT_EQ(utf8_character_bytes("\xE2\x82\xAC\xE2"), 3U);
  EXPECT_EQ(utf8_character_bytes("\xF0\x9F\x98\x80 "), 4U);
  EXPECT_EQ(utf8_character_bytes("\xA4z"), 0U);
}

}  // namespace
