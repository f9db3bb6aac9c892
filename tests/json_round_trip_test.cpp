// Random documents written and read back, and texts spoilt at random: the parser, the diagnosis of
// what it refuses and the writer hold each other to account. Fixed seeds.
#include <cstddef>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "server/json/diagnosis.hpp"
#include "tests/support/json_in_arena.hpp"
#include "tests/support/random_json.hpp"

namespace {

using server::json::diagnose;
using server::json::max_depth;
using server::json::parse_error;

#if defined(SANITIZED)
constexpr int documents = 30'000;
#else
constexpr int documents = 1'000'000;
#endif

TEST(JsonRoundTrip, GivesBackAMillionRandomDocuments) {
  json_in_arena json;
  random_json random(20261123);
  for (int i = 0; i < documents; ++i) {
    if (i % 1000 == 0) json.release();
    const boost::json::value document = random.document(4, json.storage());
    const std::string text = json.written(document);
    const auto read = json.parse(text);
    ASSERT_TRUE(std::holds_alternative<boost::json::value>(read)) << text;
    ASSERT_TRUE(same_json(document, std::get<boost::json::value>(read))) << text;
  }
}

TEST(JsonRoundTrip, GivesBackLargeDocuments) {
  json_in_arena json;
  random_json random(7);
  for (int i = 0; i < 20; ++i) {
    json.release();
    boost::json::array many(json.storage());
    for (int n = 0; n < 2000; ++n) many.emplace_back(random.document(6, json.storage()));
    const boost::json::value document(std::move(many));
    const std::string text = json.written(document);
    const auto read = json.parse(text);
    ASSERT_TRUE(std::holds_alternative<boost::json::value>(read));
    ASSERT_TRUE(same_json(document, std::get<boost::json::value>(read)));
    ASSERT_EQ(json.written(std::get<boost::json::value>(read)), text);
  }
}

// A byte changed, taken out, put in, or the text cut: the parser takes it exactly if the walk that
// explains refusals finds nothing to explain, and what it names is within the text.
TEST(JsonRoundTrip, RefusesWhatTheDiagnosisRefusesAndNothingElse) {
  json_in_arena json;
  random_json random(11);
  constexpr std::string_view bytes = "{}[]\",:\\u0dDeE+-.19 \n\t\x01\x80\xc3\xed\xf4\xff/tfn";
  int refused = 0;
  for (int i = 0; i < documents / 2; ++i) {
    if (i % 1000 == 0) json.release();
    std::string text = json.written(random.document(3, json.storage()));
    for (std::uint64_t spoils = random.number() % 3; spoils > 0 && !text.empty(); --spoils) {
      const std::size_t at = random.number() % text.size();
      const char byte = bytes[random.number() % bytes.size()];
      switch (random.number() % 4) {
        case 0:
          text[at] = byte;
          break;
        case 1:
          text.insert(at, 1, byte);
          break;
        case 2:
          text.erase(at, 1);
          break;
        default:
          text.resize(at);
      }
    }
    if (random.number() % 2 == 0) text.append(40, ' ');  // the parser's way where there is room
    const auto read = json.parse(text);
    const auto* const wrong = std::get_if<parse_error>(&read);
    const auto why = diagnose(text, max_depth);
    ASSERT_EQ(wrong != nullptr, why.has_value()) << text;
    if (wrong == nullptr) continue;
    ++refused;
    ASSERT_EQ(wrong->offset_bytes, why->offset_bytes) << text;
    ASSERT_LE(wrong->offset_bytes, text.size()) << text;
    ASSERT_FALSE(wrong->expected.empty()) << text;
  }
  EXPECT_GT(refused, documents / 10);
  EXPECT_LT(refused, documents * 4 / 10);
}

}  // namespace
