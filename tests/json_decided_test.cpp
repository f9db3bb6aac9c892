// Texts of which RFC 8259 leaves open what becomes of them, with what was decided.
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/json_in_arena.hpp"

namespace {

using namespace std::string_view_literals;

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
    {"0.00e-2147483647", "at 16, expected an exponent closer to 0"},
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

class JsonDecided : public testing::Test {
 protected:
  json_in_arena json_;
};

TEST_F(JsonDecided, IsDoneAsWrittenDown) {
  for (const auto& [text, outcome] : decided) EXPECT_EQ(json_.rewritten(text), outcome) << text;
}

TEST_F(JsonDecided, TakesNestingUpToTheLimitAndNotOneMore) {
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

}  // namespace
