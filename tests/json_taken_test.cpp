// Texts that are JSON, of every kind that public corpora of JSON parsing have: they must be taken.
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/json_in_arena.hpp"

namespace {

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

class JsonTaken : public testing::Test {
 protected:
  json_in_arena json_;
};

TEST_F(JsonTaken, IsWhateverIsJson) {
  for (const auto& [text, written] : accepted) EXPECT_EQ(json_.rewritten(text), written) << text;
}

// Behind white space and before it: the parser has other ways near the end of a text.
TEST_F(JsonTaken, IsTheSameWithRoomAround) {
  const std::string space(100, ' ');
  for (const auto& [text, written] : accepted)
    EXPECT_EQ(json_.rewritten(space + std::string(text) + space), written) << text;
}

TEST_F(JsonTaken, IsTheSameInsideOfOthers) {
  for (const auto& [text, written] : accepted) {
    EXPECT_EQ(json_.rewritten("[[" + std::string(text) + "]," + std::string(text) + "]"),
              "[[" + std::string(written) + "]," + std::string(written) + "]");
    EXPECT_EQ(json_.rewritten("{\"k\":" + std::string(text) + "}"),
              "{\"k\":" + std::string(written) + "}");
  }
}

TEST_F(JsonTaken, IsNoTextThatEndsEarly) {
  for (const auto& [text, written] : accepted) {
    if (text.front() != '[' && text.front() != '{' && text.front() != '"') continue;
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string outcome = json_.rewritten(text.substr(0, size));
      EXPECT_TRUE(outcome.starts_with("at ")) << text.substr(0, size) << " was taken: " << outcome;
    }
  }
}

// The limit of depth is on what is open at once, not on how often something was.
TEST_F(JsonTaken, IsHoweverManyNeighboursThereAre) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "[[],{}],";
  text += "[]]";
  EXPECT_EQ(json_.rewritten(text), text);
}

}  // namespace
