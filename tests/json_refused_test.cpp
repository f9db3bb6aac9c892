// Texts that are no JSON, of every kind that public corpora of JSON parsing have: they must be
// refused, and it is said where and what was expected there.
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/json_in_arena.hpp"

namespace {

using namespace std::string_view_literals;

struct refusal {
  std::string_view text;
  std::size_t offset_bytes;
  std::string_view expected;
};

constexpr std::string_view element_or_end = "',' or ']'";
constexpr std::string_view member_or_end = "',' or '}'";
constexpr std::string_view end_of_string = "the string's end";
constexpr std::string_view escape_letter = "one of \"\\/bfnrtu after '\\'";
constexpr std::string_view hex = "four hexadecimal digits after '\\u'";
constexpr std::string_view no_control = "an escape in place of a control character";
constexpr std::string_view pair = "two surrogates that are a pair";

constexpr refusal refused[] = {
    // No value at all, or more than one.
    {"", 0, "a value"},
    {" \n", 2, "a value"},
    {"\0"sv, 0, "a value"},
    {"[]\0"sv, 2, "nothing after the value"},
    {"1 2", 2, "nothing after the value"},
    {"[][]", 2, "nothing after the value"},
    {"{},", 2, "nothing after the value"},
    {"{}}", 2, "nothing after the value"},
    {"[]]", 2, "nothing after the value"},
    {"\"a\"b", 3, "nothing after the value"},
    {"]", 0, "a value"},
    {"}", 0, "a value"},
    {",", 0, "a value"},
    {":", 0, "a value"},
    {"<null>", 0, "a value"},
    {"abc", 0, "a value"},
    {"\xc3\xa5", 0, "a value"},
    // Arrays.
    {"[", 1, "a value or ']'"},
    {"[,", 1, "a value or ']'"},
    {"[,1]", 1, "a value or ']'"},
    {"[}", 1, "a value or ']'"},
    {"[1", 2, element_or_end},
    {"[1 2]", 3, element_or_end},
    {"[1:2]", 2, element_or_end},
    {"[1}", 2, element_or_end},
    {"[1,", 3, "a value"},
    {"[1,]", 3, "a value"},
    {"[1,,2]", 3, "a value"},
    {"[\"a\",\n4\n,1,", 11, "a value"},
    {"[1;2]", 2, element_or_end},
    {"[[1]", 4, element_or_end},
    {"[\"\"x]", 3, element_or_end},
    // Objects.
    {"{", 1, "a name in quotes or '}'"},
    {"{,", 1, "a name in quotes or '}'"},
    {"{]", 1, "a name in quotes or '}'"},
    {"{a:1}", 1, "a name in quotes or '}'"},
    {"{'a':1}", 1, "a name in quotes or '}'"},
    {"{1:1}", 1, "a name in quotes or '}'"},
    {"{null:1}", 1, "a name in quotes or '}'"},
    {"{[]:1}", 1, "a name in quotes or '}'"},
    {"{\"a\"", 4, "':'"},
    {"{\"a\"}", 4, "':'"},
    {"{\"a\" 1}", 5, "':'"},
    {"{\"a\",1}", 4, "':'"},
    {"{\"a\"=1}", 4, "':'"},
    {"{\"a\":", 5, "a value"},
    {"{\"a\":}", 5, "a value"},
    {"{\"a\"::1}", 5, "a value"},
    {"{\"a\":1", 6, member_or_end},
    {"{\"a\":1]", 6, member_or_end},
    {"{\"a\":1 \"b\":2}", 7, member_or_end},
    {"{\"a\":1,", 7, "a name in quotes"},
    {"{\"a\":1,}", 7, "a name in quotes"},
    {"{\"a\":1,,\"b\":2}", 7, "a name in quotes"},
    {"{\"a\":1,2}", 7, "a name in quotes"},
    {"{\"a\":{}", 7, member_or_end},
    {"{\"a", 3, end_of_string},
    // Literals, which are in small letters.
    {"n", 1, "null"},
    {"nul", 3, "null"},
    {"nulx", 3, "null"},
    {"nULL", 1, "null"},
    {"tru", 3, "true"},
    {"trUe", 2, "true"},
    {"True", 0, "a value"},
    {"fals", 4, "false"},
    {"falze", 3, "false"},
    {"FALSE", 0, "a value"},
    {"nullx", 4, "nothing after the value"},
    {"[truefalse]", 5, element_or_end},
    {"NaN", 0, "a value"},
    {"nan", 1, "null"},
    {"Infinity", 0, "a value"},
    {"undefined", 0, "a value"},
    {"[*]", 1, "a value or ']'"},
    // Numbers.
    {"-", 1, "a digit"},
    {"--1", 1, "a digit"},
    {"+1", 0, "a value"},
    {".5", 0, "a value"},
    {"-.5", 1, "a digit"},
    {"-Infinity", 1, "a digit"},
    {"-NaN", 1, "a digit"},
    {"- 1", 1, "a digit"},
    {"01", 1, "nothing after the value"},
    {"-01", 2, "nothing after the value"},
    {"[00.5]", 2, element_or_end},
    {"1.", 2, "a digit"},
    {"[1.]", 3, "a digit"},
    {"0.e1", 2, "a digit"},
    {"2.e3", 2, "a digit"},
    {"1.-5", 2, "a digit"},
    {"1e", 2, "a digit"},
    {"[0e]", 3, "a digit"},
    {"1e+", 3, "a digit"},
    {"1E-", 3, "a digit"},
    {"1e+-2", 3, "a digit"},
    {"1ee2", 2, "a digit"},
    {"1e1.5", 3, "nothing after the value"},
    {"1.5.5", 3, "nothing after the value"},
    {"1+2", 1, "nothing after the value"},
    {"0x1f", 1, "nothing after the value"},
    {"1_000", 1, "nothing after the value"},
    {"1,000", 1, "nothing after the value"},
    {"[1 000]", 3, element_or_end},
    {"[1a]", 2, element_or_end},
    {"[-1x]", 3, element_or_end},
    {"[1.5x]", 4, element_or_end},
    {"[1\xe5]", 2, element_or_end},
    {"\xef\xbc\x91", 0, "a value"},  // a digit one, but a wide one
    // Strings.
    {"\"", 1, end_of_string},
    {"\"abc", 4, end_of_string},
    {"\"a\\\"", 4, end_of_string},
    {"'a'", 0, "a value"},
    {"`a`", 0, "a value"},
    {"\\u0022a\\u0022", 0, "a value"},
    {"\"\\", 2, escape_letter},
    {"\"\\a\"", 2, escape_letter},
    {"\"\\'\"", 2, escape_letter},
    {"\"\\0\"", 2, escape_letter},
    {"\"\\x41\"", 2, escape_letter},
    {"\"\\N\"", 2, escape_letter},
    {"\"\\U0041\"", 2, escape_letter},
    {"\"\\\t\"", 2, escape_letter},
    {"\"\\\n\"", 2, escape_letter},
    {"\"\\\0\""sv, 2, escape_letter},
    {"\"\\\xc3\xa9\"", 2, escape_letter},
    {"\"\\ \"", 2, escape_letter},
    {"\"\\u\"", 3, hex},
    {"\"\\u", 3, hex},
    {"\"\\u004\"", 6, hex},
    {"\"\\u00", 5, hex},
    {"\"\\ug041\"", 3, hex},
    {"\"\\u0g41\"", 4, hex},
    {"\"\\u00g1\"", 5, hex},
    {"\"\\u004g\"", 6, hex},
    {"\"\\u-041\"", 3, hex},
    {"\"\\u 041\"", 3, hex},
    {"\"\\u{41}\"", 3, hex},
    {"\"\0\""sv, 1, no_control},
    {"\"\t\"", 1, no_control},
    {"\"a\nb\"", 2, no_control},
    {"\"a\rb\"", 2, no_control},
    {"\"\x1f\"", 1, no_control},
    {"{\"a\nb\":1}", 3, no_control},
    {"\"\\n\n\"", 3, no_control},
    // Escaped surrogates that are no pair.
    {R"("\ud800")", 1, pair},
    {R"("\udbff")", 1, pair},
    {R"("\udc00")", 1, pair},
    {R"("\uDFFF")", 1, pair},
    {R"("ab\ud800cd")", 3, pair},
    {R"("\ud800\n")", 1, pair},
    {R"("\ud800\ud800")", 1, pair},
    {R"("\ud800\u0041")", 1, pair},
    {R"("\udc00\ud800")", 1, pair},
    {R"("\ud83d\ude00\ude00")", 13, pair},
    {R"("\ud800\u")", 9, hex},
    {R"("\ud800\udx00")", 10, hex},
    {R"({"\ud800":1})", 2, pair},
    // What is no UTF-8: a byte that begins nothing, a character that ends early, is longer than it
    // must be, is a surrogate, or lies beyond U+10FFFF.
    {"\"\x80\"", 1, "UTF-8"},
    {"\"\xbf\"", 1, "UTF-8"},
    {"\"\xff\"", 1, "UTF-8"},
    {"\"\xfe\"", 1, "UTF-8"},
    {"\"a\xe5z\"", 2, "UTF-8"},
    {"\"\xc3\"", 1, "UTF-8"},
    {"\"\xc3", 1, "UTF-8"},
    {"\"\xe2\x82\"", 1, "UTF-8"},
    {"\"\xe2\x28\xa1\"", 1, "UTF-8"},
    {"\"\xf0\x9f\x98\"", 1, "UTF-8"},
    {"\"\xf0\x9f\x98", 1, "UTF-8"},
    {"\"\xf0\x28\x8c\xbc\"", 1, "UTF-8"},
    {"\"\xf0\x90\x28\xbc\"", 1, "UTF-8"},
    {"\"\xc0\xaf\"", 1, "UTF-8"},
    {"\"\xc1\xbf\"", 1, "UTF-8"},
    {"\"\xe0\x80\xaf\"", 1, "UTF-8"},
    {"\"\xe0\x9f\xbf\"", 1, "UTF-8"},
    {"\"\xf0\x80\x80\xaf\"", 1, "UTF-8"},
    {"\"\xf0\x8f\xbf\xbf\"", 1, "UTF-8"},
    {"\"\xed\xa0\x80\"", 1, "UTF-8"},
    {"\"\xed\xbf\xbf\"", 1, "UTF-8"},
    {"\"\xf4\x90\x80\x80\"", 1, "UTF-8"},
    {"\"\xf5\x80\x80\x80\"", 1, "UTF-8"},
    {"\"\xf8\x88\x80\x80\x80\"", 1, "UTF-8"},
    {"\"\xfc\x83\xbf\xbf\xbf\xbf\"", 1, "UTF-8"},
    {"\"\\n\xff\"", 3, "UTF-8"},
    {"{\"\xb9\":0}", 2, "UTF-8"},
    // White space that is none in JSON, comments, other notations.
    {"\f[]", 0, "a value"},
    {"[\v1]", 1, "a value or ']'"},
    {"[1\f]", 2, element_or_end},
    {"[\xc2\xa0]", 1, "a value or ']'"},
    {"[\xe2\x81\xa0]", 1, "a value or ']'"},
    {"[]//", 2, "nothing after the value"},
    {"[]/**/", 2, "nothing after the value"},
    {"/**/[]", 0, "a value"},
    {"[1,/* */2]", 3, "a value"},
    {"{\"a\":/*a*/1}", 5, "a value"},
    {"#[]", 0, "a value"},
    {"[\"a\" + \"b\"]", 5, element_or_end},
    {"(1)", 0, "a value"},
    {"{\"a\":\"b\"}#", 9, "nothing after the value"},
    {"\"\"\"a\"\"\"", 2, "nothing after the value"},
};

class JsonRefused : public testing::Test {
 protected:
  json_in_arena json_;
};

TEST_F(JsonRefused, SaysWhereAndWhatWasExpected) {
  for (const auto& [text, offset_bytes, expected] : refused)
    EXPECT_EQ(json_.rewritten(text),
              "at " + std::to_string(offset_bytes) + ", expected " + std::string(expected))
        << text;
}

TEST_F(JsonRefused, IsAtTheSamePlaceWithRoomAround) {
  const std::string space(100, ' ');
  for (const auto& [text, offset_bytes, expected] : refused) {
    if (offset_bytes == text.size()) continue;  // goes on otherwise
    EXPECT_EQ(
        json_.rewritten(space + std::string(text) + space),
        "at " + std::to_string(space.size() + offset_bytes) + ", expected " + std::string(expected))
        << text;
  }
}

}  // namespace
