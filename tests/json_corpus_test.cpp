// Texts of every kind that public corpora of JSON parsing have: what must be taken, what must be
// refused, and what RFC 8259 leaves open, with what was decided.
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/json_in_arena.hpp"

namespace {

using namespace std::string_view_literals;

struct taken {
  std::string_view text;
  std::string_view written;  // again, without white space
};

constexpr taken accepted[] = {
    // Each kind alone: a text need not be an object or an array.
    {"null", "null"},
    {"true", "true"},
    {"false", "false"},
    {"0", "0"},
    {"\"\"", "\"\""},
    {"[]", "[]"},
    {"{}", "{}"},
    // White space is of four kinds, and stands between any two tokens.
    {" \t\r\n1 \t\r\n", "1"},
    {"\n[\t1 ,\r2\n]\n", "[1,2]"},
    {" { \"a\" : 1 , \"b\" : [ ] } ", R"({"a":1,"b":[]})"},
    {"[\n\n\n]", "[]"},
    // Arrays and objects.
    {"[1]", "[1]"},
    {"[null,1,\"1\",{}]", "[null,1,\"1\",{}]"},
    {"[[],[[]],[[[]]]]", "[[],[[]],[[[]]]]"},
    {R"({"":0})", R"({"":0})"},
    {R"({"a":{"a":{"a":[]}}})", R"({"a":{"a":{"a":[]}}})"},
    {R"({"a\u0000b":1})", R"({"a\u0000b":1})"},
    {R"({"\"":1,"\\":2})", R"({"\"":1,"\\":2})"},
    {R"({"with a name that is longer than what a short string holds":1})",
     R"({"with a name that is longer than what a short string holds":1})"},
    // Numbers.
    {"[-0,0,-1,1,10,123456789]", "[0,0,-1,1,10,123456789]"},
    {"[0.0,-0.0,0.5,-0.5,1.0,10.01]", "[0,-0.0,0.5,-0.5,1,10.01]"},
    {"[1e0,1E0,1e+1,1E+1,1e-1,1E-1]", "[1,1,10,10,0.1,0.1]"},
    {"[1.5e3,0e0,0E+1,0.0e-1,-1.5E-3,1e00002]", "[1500,0,0,0,-0.0015,100]"},
    {"[9223372036854775807,-9223372036854775808,18446744073709551615]",
     "[9223372036854775807,-9223372036854775808,18446744073709551615]"},
    {"[1.7976931348623157e308,-1.7976931348623157e308,5e-324,2.2250738585072014e-308]",
     "[1.7976931348623157e+308,-1.7976931348623157e+308,5e-324,2.2250738585072014e-308]"},
    {"0.00000000000000000000000000000000000000000000000000000000000000000000000000000001", "1e-80"},
    // Strings.
    {R"("\"\\\/\b\f\n\r\t")", R"("\"\\/\b\f\n\r\t")"},
    {R"("\u0022\u005C\u002f\u0008\u000A")", R"("\"\\/\b\n")"},
    {R"("\u0000\u001f\u007F")", "\"\\u0000\\u001f\x7f\""},
    {R"("\u00e9\u00E9\u20ac\uFFFF")", "\"\xc3\xa9\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\""},
    {R"("\ud83d\ude00\uD800\uDC00\uDBFF\uDFFF")",
     "\"\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""},
    {R"("\\u0061 \\\\ \\\"")", R"("\\u0061 \\\\ \\\"")"},
    {"\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"",
     "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\""},
    {"\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""},
    {"\"\x7f /* no comment */ // none # none\"", "\"\x7f /* no comment */ // none # none\""},
    {"\"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\"", "\"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\""},
    {R"("[{\",:]}")", R"("[{\",:]}")"},
};

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

struct decision {
  std::string_view text;
  std::string_view outcome;
};

// RFC 8259 leaves these to us: sections 4 (equal names), 6 (range and precision of numbers), 8.1
// (byte order mark), 8.2 (surrogates), 9 (depth).
constexpr decision decided[] = {
    // Of equal names the last one wins, and keeps its own place.
    {R"({"a":1,"a":2})", R"({"a":2})"},
    {R"({"a":1,"\u0061":{}})", R"({"a":{}})"},
    {R"({"a":1,"b":2,"a":1})", R"({"a":1,"b":2})"},
    // What no double can hold is refused, not turned into infinity or 0.
    {"1e309", "at 0, expected a number in the range of a double"},
    {"[1,-1e+9999]", "at 3, expected a number in the range of a double"},
    {"1e99999999999999999999", "at 0, expected a number in the range of a double"},
    {"1.7976931348623159e308", "at 0, expected a number in the range of a double"},
    {"123.456e-789", "at 0, expected a number in the range of a double"},
    {"-1e-400", "at 0, expected a number in the range of a double"},
    {"1e-99999999999999999999", "at 0, expected a number in the range of a double"},
    {"2e-324", "at 0, expected a number in the range of a double"},
    // 0 is 0 whatever its exponent, as long as that is an int.
    {"[0e999,0.000e-999,-0e+2147483647]", "[0,0,-0.0]"},
    {"0e2147483648", "at 0, expected a number in the range of a double"},
    // Whole numbers beyond 64 bits, and digits beyond a double's: the nearest.
    {"18446744073709551616", "18446744073709551616"},
    {"-9223372036854775809", "-9223372036854775808"},
    {"100000000000000000000000000", "1e+26"},
    {"0.1000000000000000055511151231257827", "0.1"},
    {"0.1000000000000000000000000000000000000000000000000000000000000000000000000001", "0.1"},
    {"9007199254740993.0", "9007199254740992"},
    {"9007199254740993", "9007199254740993"},
    // -0 is a whole number, and those have one 0.
    {"-0", "0"},
    {"-0.0", "-0.0"},
    // A byte order mark is no white space.
    {"\xef\xbb\xbf{}", "at 0, expected a value"},
    {"\xef\xbb\xbf", "at 0, expected a value"},
    // UTF-8 alone.
    {"\xff\xfe[\0]\0"sv, "at 0, expected a value"},
    {"\0[\0]"sv, "at 0, expected a value"},
    {"[\0]\0"sv, "at 1, expected a value or ']'"},
    // What is no character is one all the same: U+FFFE, U+1FFFE.
    {R"("\ufffe\ud83f\udffe")", "\"\xef\xbf\xbe\xf0\x9f\xbf\xbe\""},
};

class JsonCorpus : public testing::Test {
 protected:
  json_in_arena json_;
};

TEST_F(JsonCorpus, TakesWhatIsJson) {
  for (const auto& [text, written] : accepted) EXPECT_EQ(json_.rewritten(text), written) << text;
}

// Behind white space and before it: the parser has other ways near the end of a text.
TEST_F(JsonCorpus, TakesItWithRoomAround) {
  const std::string space(100, ' ');
  for (const auto& [text, written] : accepted)
    EXPECT_EQ(json_.rewritten(space + std::string(text) + space), written) << text;
}

TEST_F(JsonCorpus, TakesItInsideOfOthers) {
  for (const auto& [text, written] : accepted) {
    EXPECT_EQ(json_.rewritten("[[" + std::string(text) + "]," + std::string(text) + "]"),
              "[[" + std::string(written) + "]," + std::string(written) + "]");
    EXPECT_EQ(json_.rewritten("{\"k\":" + std::string(text) + "}"),
              "{\"k\":" + std::string(written) + "}");
  }
}

TEST_F(JsonCorpus, RefusesWhatIsNotAndSaysWhereAndWhatItExpected) {
  for (const auto& [text, offset_bytes, expected] : refused)
    EXPECT_EQ(json_.rewritten(text),
              "at " + std::to_string(offset_bytes) + ", expected " + std::string(expected))
        << text;
}

TEST_F(JsonCorpus, RefusesItAtTheSamePlaceWithRoomAround) {
  const std::string space(100, ' ');
  for (const auto& [text, offset_bytes, expected] : refused) {
    if (offset_bytes == text.size()) continue;  // goes on otherwise
    EXPECT_EQ(
        json_.rewritten(space + std::string(text) + space),
        "at " + std::to_string(space.size() + offset_bytes) + ", expected " + std::string(expected))
        << text;
  }
}

TEST_F(JsonCorpus, DoesAsDecidedWhereTheStandardLeavesItOpen) {
  for (const auto& [text, outcome] : decided) EXPECT_EQ(json_.rewritten(text), outcome) << text;
}

TEST_F(JsonCorpus, RefusesEveryTextThatEndsEarly) {
  for (const auto& [text, written] : accepted) {
    if (text.front() != '[' && text.front() != '{' && text.front() != '"') continue;
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string outcome = json_.rewritten(text.substr(0, size));
      EXPECT_TRUE(outcome.starts_with("at ")) << text.substr(0, size) << " was taken: " << outcome;
    }
  }
}

TEST_F(JsonCorpus, TakesNestingUpToTheLimitAndNotOneMore) {
  constexpr std::size_t limit = server::json::max_depth;
  EXPECT_EQ(limit, 32u);
  const auto arrays = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  const auto objects = [](std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += i + 1 < depth ? "{\"a\":" : "{";
    return text + std::string(depth, '}');
  };
  EXPECT_EQ(json_.rewritten(arrays(limit)), arrays(limit));
  EXPECT_EQ(json_.rewritten(objects(limit)), objects(limit));
  EXPECT_EQ(json_.rewritten(arrays(limit + 1)), "at 32, expected less deep nesting");
  EXPECT_EQ(json_.rewritten(objects(limit + 1)), "at 160, expected less deep nesting");
  EXPECT_EQ(json_.rewritten(std::string(100'000, '[')), "at 32, expected less deep nesting");
}

// The limit is on what is open at once, not on how often something was.
TEST_F(JsonCorpus, TakesAsManyNeighboursAsThereAre) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "[[],{}],";
  text += "[]]";
  EXPECT_EQ(json_.rewritten(text), text);
}

}  // namespace
