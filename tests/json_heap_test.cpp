// Reading and writing JSON in an arena calls no heap once the thread is warm, and what the parser
// keeps is bounded and forgets the arena, however a text ends.
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "loadtest/heap_counter/heap_counter.hpp"
#include "server/json/parser_scratch.hpp"
#include "server/json/reader.hpp"
#include "server/json/writer.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

struct point {
  double x = 0;
  double y = 0;
};
BOOST_DESCRIBE_STRUCT(point, (), (x, y))

std::string array_of(std::size_t elements, std::string_view element) {
  std::string text = "[";
  for (std::size_t i = 0; i < elements; ++i) text.append(element).append(",");
  text.back() = ']';
  return text;
}

class JsonHeap : public testing::Test {
 protected:
  // Calls of the heap by this thread in a turn, after two that warm it up, without the arena's own:
  // blocks are its pool's business.
  std::uint64_t calls_of(const std::function<void()>& turn) {
    for (int i = 0; i < 2; ++i) once(turn);
    const auto before = calls();
    once(turn);
    return calls() - before;
  }
  std::uint64_t calls() const {
    return heap_counter::this_thread_counts().allocations - json_.upstream().allocations();
  }
  void once(const std::function<void()>& turn) {
    turn();
    json_.release();
  }
  void parse(const std::string& text) { is_json_ = json_.parse(text).index() == 0; }

  json_in_arena json_;
  bool is_json_ = false;
};

TEST_F(JsonHeap, IsNotCalledForDocuments) {
  const std::string text = array_of(1000, R"({"name":"some longer text","n":[1,2.5e10,"\n"]})");
  EXPECT_EQ(calls_of([&] { parse(text); }), 0u);
  EXPECT_TRUE(is_json_);
}

TEST_F(JsonHeap, IsNotCalledForDocumentsBeyondTheBound) {
  const std::string text = array_of(200'000, "1");
  EXPECT_EQ(calls_of([&] { parse(text); }), 0u);
  EXPECT_TRUE(is_json_);
}

TEST_F(JsonHeap, IsNotCalledForTextsThatAreNone) {
  const std::string text = array_of(5000, "\"text that is longer than a short string\"") + "]";
  EXPECT_EQ(calls_of([&] { parse(text); }), 0u);
  EXPECT_FALSE(is_json_);
}

TEST_F(JsonHeap, IsNotCalledToWrite) {
  EXPECT_EQ(calls_of([&] {
              arena::segment_buffer buffer(&json_.memory());
              server::json::writer to(buffer);
              to.begin_array();
              for (int i = 0; i < 5000; ++i) to.value(point{i * 0.1, i / 3.0}).value("a\nb");
              to.end_array();
            }),
            0u);
}

TEST_F(JsonHeap, IsNotCalledToReadStructsNorToSayWhatIsWrong) {
  const std::string text = array_of(500, R"({"x":1,"y":2})");
  const std::string wrong =
      array_of(500, R"({"x":1,"y":2})").substr(0, 500 * 14) + ",{\"x\":true}]";
  std::size_t outcomes = 0;
  EXPECT_EQ(calls_of([&] {
              for (const std::string& each : {std::cref(text), std::cref(wrong)}) {
                const auto parsed = json_.parse(each);
                const auto points = server::json::read<std::pmr::vector<point>>(
                    std::get<boost::json::value>(parsed), &json_.memory());
                outcomes = outcomes * 10 + points.index();
              }
            }),
            0u);
  EXPECT_EQ(outcomes % 100, 1u);  // read, then refused
}

// In the memory that the document was to have, the parser's scratch memory beyond its bound
// included.
TEST_F(JsonHeap, IsNotWhereADocumentBeyondTheMemoryGoes) {
  const std::string text = array_of(200'000, "1");
  json_.memory().limit(std::size_t{1} << 20);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(json_.parse(text), arena::allocation_limit_exceeded);
    json_.release();
  }
  const auto before = calls();
  EXPECT_THROW(json_.parse(text), arena::allocation_limit_exceeded);
  EXPECT_EQ(calls() - before, 1u);  // the exception
}

TEST_F(JsonHeap, KeepsNoMoreThanTheBoundOfAThread) {
  server::json::parser_scratch scratch;
  EXPECT_EQ(scratch.bytes(), 0u);
  scratch.make_room_for(1);
  EXPECT_EQ(scratch.bytes(), 4096u);
  scratch.make_room_for(100'000);
  EXPECT_EQ(scratch.bytes(), 100'000u);
  scratch.make_room_for(5000);
  EXPECT_EQ(scratch.bytes(), 100'000u);
  scratch.make_room_for(server::json::parser_scratch::kept_bytes_max);
  EXPECT_EQ(scratch.bytes(), server::json::parser_scratch::kept_bytes_max);
  scratch.make_room_for(server::json::parser_scratch::kept_bytes_max + 1);
  EXPECT_EQ(scratch.bytes(), server::json::parser_scratch::kept_bytes_max);
}

// Whatever ended the last text, its memory is gone (and poisoned, where sanitizers look): the next
// one must not be reminded of it.
TEST_F(JsonHeap, IsAllThatIsKeptOfATextHoweverItEnds) {
  const std::string document = array_of(3000, R"(["some text that is long","more of it"])");
  const std::string spoilt = document.substr(0, document.size() - 1);
  const std::string in_a_string = document.substr(0, document.size() - 5);
  for (int round = 0; round < 3; ++round) {
    for (const std::string& text : {document, spoilt, in_a_string, std::string("\"\\n")}) {
      json_in_arena short_lived;
      EXPECT_EQ(short_lived.parse(text).index(), text == document ? 0u : 1u);
    }
    json_in_arena small;
    small.memory().limit(100'000);
    EXPECT_THROW(small.parse(document), arena::allocation_limit_exceeded);
    parse("[[\"next\"]]");
    EXPECT_TRUE(is_json_);
  }
}

}  // namespace
