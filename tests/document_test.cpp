#include "server/json/document.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

class Document : public testing::Test {
 protected:
  json_in_arena json_;
};

TEST_F(Document, WritesWithoutWhiteSpaceWhatItRead) {
  EXPECT_EQ(
      json_.rewritten(R"( { "a" : [ 1 , -2 , true , false , null , "x" ] , "b" : { } , "c":[]} )"),
      R"({"a":[1,-2,true,false,null,"x"],"b":{},"c":[]})");
}

// Boost.JSON's own serialiser and ours differ in doubles alone.
TEST_F(Document, WritesWhatBoostWrites) {
  const boost::json::value document(
      {{"null", nullptr},
       {"truth", {true, false}},
       {"numbers", {0, -5, INT64_MIN, UINT64_MAX}},
       {"text\n", {"", "a \"text\"\\ \b\f\n\r\t/", "\x01\x1f\x7f", "Ünïcödé \xf0\x9f\x98\x80"}},
       {"", {boost::json::object(), boost::json::array()}}});
  EXPECT_EQ(json_.written(document), boost::json::serialize(document));
}

TEST_F(Document, AppendsToWhatIsThere) {
  arena::segment_buffer buffer(&json_.memory());
  buffer.append("data: ");
  server::json::serialize(boost::json::value(1), buffer);
  buffer.append(", ");
  server::json::serialize(std::string_view("te\"xt"), buffer);
  EXPECT_EQ(json_in_arena::text_of(buffer), "data: 1, \"te\\\"xt\"");
}

TEST_F(Document, LetsTheLastOfManyEqualNamesWin) {
  std::string text = "{";
  for (int i = 0; i < 3000; ++i) {
    text += "\"name" + std::to_string(i % 100) + "\":" + std::to_string(i) + ",";
  }
  text.back() = '}';
  const auto parsed = json_.parse(text);
  const auto& object = std::get<boost::json::value>(parsed).as_object();
  EXPECT_EQ(object.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(object.at("name" + std::to_string(i)).as_int64(), 2900 + i);
}

TEST_F(Document, StaysInItsStorageWhateverTheSize) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i) text += R"({"name":"a string of some length","n":1.5},)";
  text.back() = ']';
  const auto parsed = json_.parse(text);
  ASSERT_TRUE(std::holds_alternative<boost::json::value>(parsed));
  const auto& first = std::get<boost::json::value>(parsed).as_array()[0].as_object();
  EXPECT_TRUE(json_.memory().owns(&*first.begin()));
  EXPECT_TRUE(json_.memory().owns(first.at("name").as_string().data()));
  EXPECT_EQ(json_.written(std::get<boost::json::value>(parsed)), text);
}

TEST_F(Document, OutlivesItsText) {
  auto text = std::make_unique<std::string>(R"({"a name of some length":"a text of some length"})");
  const std::string copy = *text;
  const auto parsed = json_.parse(*text);
  text.reset();
  EXPECT_EQ(json_.written(std::get<boost::json::value>(parsed)), copy);
}

// As in heap mode, where a document is destroyed piece by piece: each goes back as it was taken,
// and a text that was refused leaves nothing behind.
TEST_F(Document, GivesBackWhatItTookWhereMemoryIsFreedPieceByPiece) {
  arena::testing::checking_resource heap;
  server::json::storage<arena::testing::checking_resource, server::json::release::piecewise>
      storage(heap);
  const std::string good = R"([{"a name of some length":["a text of some length",{"b":{}}]},"\n"])";
  for (std::size_t size = 0; size <= good.size(); ++size) {
    const auto parsed = server::json::parse(std::string_view(good).substr(0, size), &storage);
    EXPECT_EQ(parsed.index(), size == good.size() ? 0u : 1u);
  }
  EXPECT_GT(heap.allocations(), good.size());
  EXPECT_EQ(heap.live_blocks(), 0u);
}

}  // namespace
