// What the patterns of like and ilike match.
#include "server/collections/like_pattern.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace {

using namespace server::collections;

bool matches(std::string_view text, std::string_view pattern,
             letter_case cases = letter_case::told_apart) {
  work_budget budget{std::chrono::minutes(1)};
  return is_like(text, pattern, cases, budget);
}

struct example {
  std::string_view text;
  std::string_view pattern;
};

TEST(LikePattern, Matches) {
  for (const auto& [text, pattern] : {
           example{"", ""},    {"", "*"},          {"", "**%"},       {"abc", "abc"},
           {"abc", "*"},       {"abc", "abc*"},    {"abc", "*abc"},   {"abc", "a*c"},
           {"abc", "a%c"},     {"abc", "*b*"},     {"abc", "a_c"},    {"abc", "___"},
           {"abc", "*_"},      {"abc", "_*"},      {"aab", "*ab"},    {"abab", "*ab"},
           {"ababc", "*abc"},  {"aXbXc", "a*X*c"}, {"a*c", "a\\*c"},  {"a%c", "*\\%c"},
           {"a\\c", "a\\\\c"}, {"a\\", "a\\"},     {"ä", "_"},        {"aäb", "a_b"},
           {"aäb", "*äb"},     {"日本語", "*本_"}, {"日本語", "___"},
       })
    EXPECT_TRUE(matches(text, pattern)) << text << " " << pattern;
}

TEST(LikePattern, DoesNotMatch) {
  for (const auto& [text, pattern] : {
           example{"", "_"},
           {"", "a"},
           {"abc", ""},
           {"abc", "ab"},
           {"abc", "bc"},
           {"abc", "a*b"},
           {"abc", "*d*"},
           {"abc", "____"},
           {"abc", "__"},
           {"abc", "a\\*"},
           {"abc", "ABC"},
           {"aba", "*ab"},
           {"ä", "__"},
           {"ä", "*\xC3"},
           {"日本語", "____*"},
       })
    EXPECT_FALSE(matches(text, pattern)) << text << " " << pattern;
}

TEST(LikePattern, MayTakeBothCasesOfAsciisLettersForTheSame) {
  EXPECT_TRUE(matches("aBc", "AbC", letter_case::ignored));
  EXPECT_TRUE(matches("xxaBc", "*ABC", letter_case::ignored));
  EXPECT_TRUE(matches("@[`{", "@[`{", letter_case::ignored));
  EXPECT_FALSE(matches("@", "`", letter_case::ignored));
  EXPECT_FALSE(matches("Ä", "ä", letter_case::ignored));
}

// The same as a search by hand, whatever stands where.
TEST(LikePattern, FindsATextWhereverItStands) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    for (std::size_t size = 1; begin + size <= text.size(); ++size) {
      const std::string part = text.substr(begin, size);
      EXPECT_TRUE(matches(text, "*" + part + "*"));
      EXPECT_TRUE(matches(text, "*" + part + text.substr(begin + size)));
      EXPECT_FALSE(matches(text, "*" + part + "!*"));
      EXPECT_EQ(matches(text, part + "*"), text.starts_with(part));
      EXPECT_EQ(matches(text, "*" + part), text.ends_with(part));
    }
  }
}

}  // namespace
