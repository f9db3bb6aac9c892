#include "server/json/document.hpp"

#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "server/json/storage.hpp"

namespace {

using server::json::parse;
using server::json::parse_error;

class Document : public testing::Test {
 protected:
  std::string round_trip(std::string_view text) {
    auto parsed = parse(text, &storage_);
    if (auto* error = std::get_if<parse_error>(&parsed))
      return "error at " + std::to_string(error->offset_bytes);
    return written(std::get<boost::json::value>(parsed));
  }
  std::string written(const boost::json::value& document) {
    arena::segment_buffer buffer(&memory_);
    server::json::serialize(document, buffer);
    std::string text;
    for (auto* piece = buffer.first(); piece != nullptr; piece = piece->next) text += piece->view();
    return text;
  }

  arena::testing::checking_resource upstream_;
  arena::bump_arena memory_{&upstream_};
  server::json::arena_storage storage_{memory_};
};

TEST_F(Document, WritesWithoutWhiteSpaceWhatItRead) {
  EXPECT_EQ(round_trip(R"( { "a" : [ 1 , -2 , true , false , null , "x" ] , "b" : { } , "c":[]} )"),
            R"({"a":[1,-2,true,false,null,"x"],"b":{},"c":[]})");
}

TEST_F(Document, WritesDoublesInTheShortestUsualForm) {
  EXPECT_EQ(round_trip("[1.25,1.25E0,100000.0,5e0,0.1,1e300,-0.0,1e-7,9007199254740993e3]"),
            "[1.25,1.25,100000,5,0.1,1e+300,-0.0,1e-07,9007199254740992000]");
}

TEST_F(Document, WritesInfinityAsANumberThatReadsBackAsOne) {
  EXPECT_EQ(round_trip("[1e999,-1e309]"), "[1e99999,-1e99999]");
  EXPECT_EQ(written(boost::json::value(std::nan(""))), "null");
}

TEST_F(Document, KeepsIntegersOf64BitsExact) {
  const char* text = "[-9223372036854775808,9223372036854775807,18446744073709551615]";
  EXPECT_EQ(round_trip(text), text);
}

TEST_F(Document, EscapesOnlyWhatMustBe) {
  EXPECT_EQ(round_trip(R"(["\u0000\u001f\b\f\n\r\t\"\\\/","\u00e9\ud83d\ude00"])"),
            "[\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\",\"\xc3\xa9\xf0\x9f\x98\x80\"]");
}

TEST_F(Document, EscapesAtEveryPlaceInAString) {
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char special : {'"', '\\', '\n', '\x1f', '\x7f', '\x80', '\xff', ' '}) {
        std::string text(length, 'a');
        text[at] = special;
        const boost::json::value document(text);
        EXPECT_EQ(written(document), boost::json::serialize(document));
      }
    }
  }
}

TEST_F(Document, NamesTheByteOfASyntaxError) {
  EXPECT_EQ(round_trip("[1,2,}"), "error at 5");
  EXPECT_EQ(round_trip("[1,2]x"), "error at 5");
  EXPECT_EQ(round_trip("[1,2] x"), "error at 6");
  EXPECT_EQ(round_trip("[1,2"), "error at 4");
  EXPECT_EQ(round_trip(""), "error at 0");
}

TEST_F(Document, TakesNestingUpToTheLimitAndNotOneMore) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(round_trip(nested(server::json::max_depth)), nested(server::json::max_depth));
  EXPECT_TRUE(round_trip(nested(server::json::max_depth + 1)).starts_with("error"));
}

TEST_F(Document, LetsTheLastOfEqualNamesWin) {
  EXPECT_EQ(round_trip(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST_F(Document, RefusesInvalidUtf8) {
  EXPECT_EQ(round_trip("\"\xff\""), "error at 1");
}

TEST_F(Document, RoundTripsRandomDoubles) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    const std::string text = written(boost::json::value(number));
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), number) << text;
  }
}

TEST_F(Document, StaysInItsStorageWhateverTheSize) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i) text += R"({"name":"a string of some length","n":1.5},)";
  text.back() = ']';
  auto parsed = parse(text, &storage_);
  ASSERT_TRUE(std::holds_alternative<boost::json::value>(parsed));
  const auto& first = std::get<boost::json::value>(parsed).as_array()[0].as_object();
  EXPECT_TRUE(upstream_.holds(&*first.begin(), 1));
  EXPECT_EQ(written(std::get<boost::json::value>(parsed)), text);
}

}  // namespace
