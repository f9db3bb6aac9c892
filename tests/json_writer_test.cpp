#include <array>
#include <cstdint>
#include <limits>
#include <list>
#include <memory_resource>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/json/writer.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

using server::json::writer;

struct place {
  double latitude = 0;
  double longitude = 0;
};
BOOST_DESCRIBE_STRUCT(place, (), (latitude, longitude))

struct city {
  std::int64_t id = 0;
  std::string_view name;
  std::optional<std::uint32_t> inhabitants;
  std::pmr::vector<std::string_view> tags;
  place at;
  bool is_capital = false;
};
BOOST_DESCRIBE_STRUCT(city, (), (id, name, inhabitants, tags, at, is_capital))

struct nothing {};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

class JsonWriter : public testing::Test {
 protected:
  template <class Write>
  std::string text_by(Write write) {
    arena::segment_buffer buffer(&json_.memory());
    {
      writer to(buffer);
      write(to);
    }
    return json_in_arena::text_of(buffer);
  }
  template <class Value>
  std::string text_of(const Value& value) {
    return text_by([&](writer& to) { to.value(value); });
  }

  json_in_arena json_;
};

TEST_F(JsonWriter, PutsCommasAndColons) {
  EXPECT_EQ(text_by([](writer& to) {
              to.begin_object().member("a", 1).key("b").begin_array().value(1).value(2);
              to.begin_array().end_array().begin_object().end_object().end_array();
              to.member("c", "x").key("d").begin_object().member("e", true).end_object();
              to.member("f", nullptr).end_object();
            }),
            R"({"a":1,"b":[1,2,[],{}],"c":"x","d":{"e":true},"f":null})");
}

TEST_F(JsonWriter, WritesEachKindAloneToo) {
  EXPECT_EQ(text_of(nullptr), "null");
  EXPECT_EQ(text_of(true), "true");
  EXPECT_EQ(text_of(false), "false");
  EXPECT_EQ(text_of(0), "0");
  EXPECT_EQ(text_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(text_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(text_of(std::int8_t{-5}), "-5");
  EXPECT_EQ(text_of(1.25), "1.25");
  EXPECT_EQ(text_of(0.1F), "0.1");
  EXPECT_EQ(text_of("te\"xt"), R"("te\"xt")");
  EXPECT_EQ(text_of(std::string("text")), R"("text")");
  EXPECT_EQ(text_of(std::string_view()), R"("")");
  EXPECT_EQ(text_of(boost::json::string("text")), R"("text")");
  EXPECT_EQ(text_by([](writer& to) { to.begin_array().end_array(); }), "[]");
  EXPECT_EQ(text_by([](writer& to) { to.begin_object().end_object(); }), "{}");
}

TEST_F(JsonWriter, WritesOptionalsAndRanges) {
  EXPECT_EQ(text_of(std::optional<int>()), "null");
  EXPECT_EQ(text_of(std::optional<int>(7)), "7");
  EXPECT_EQ(text_of(std::vector<int>{}), "[]");
  EXPECT_EQ(text_of(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(text_of(std::list<std::string>{"a", "b"}), R"(["a","b"])");
  EXPECT_EQ(text_of(std::array<std::optional<double>, 2>{{{}, 0.5}}), "[null,0.5]");
  EXPECT_EQ(text_of(std::vector<std::vector<int>>{{1}, {}, {2, 3}}), "[[1],[],[2,3]]");
}

TEST_F(JsonWriter, WritesDescribedStructsInOneLine) {
  const city vienna{.id = 7,
                    .name = "Wien",
                    .inhabitants = 2'000'000,
                    .tags = {"a", "b"},
                    .at = {48.21, 16.37},
                    .is_capital = true};
  constexpr std::string_view text =
      R"({"id":7,"name":"Wien","inhabitants":2000000,"tags":["a","b"],)"
      R"("at":{"latitude":48.21,"longitude":16.37},"is_capital":true})";
  EXPECT_EQ(text_of(vienna), text);
  EXPECT_EQ(text_of(std::vector<nothing>(2)), "[{},{}]");
  EXPECT_EQ(text_of(std::optional<place>({1, 2})), R"({"latitude":1,"longitude":2})");
}

TEST_F(JsonWriter, WritesDocumentsAmongOtherValues) {
  const boost::json::value document({{"a", {1, 2.5, nullptr, "x\n"}}, {"b", boost::json::array()}});
  EXPECT_EQ(text_by([&](writer& to) {
              to.begin_array().value(document).value(1).value(document.at("a")).end_array();
            }),
            R"([{"a":[1,2.5,null,"x\n"],"b":[]},1,[1,2.5,null,"x\n"]])");
  EXPECT_EQ(text_of(document.at("a").as_array()), R"([1,2.5,null,"x\n"])");
}

TEST_F(JsonWriter, EscapesNamesThatAreKnownAtRunTime) {
  const std::string name = "a\"\n\x01";
  EXPECT_EQ(text_by([&](writer& to) {
              to.begin_object().key_text(name).value(1).key_text("").value(2).end_object();
            }),
            R"({"a\"\n\u0001":1,"":2})");
}

TEST_F(JsonWriter, PutsRawFragmentsAsTheyAre) {
  EXPECT_EQ(text_by([](writer& to) {
              to.begin_array().raw("1e5").raw("{\"a\": 1}").value(2).end_array();
            }),
            R"([1e5,{"a": 1},2])");
}

// Whatever does not fit a segment goes to the next, whole: all of it is there, in order.
TEST_F(JsonWriter, WritesAcrossSegments) {
  std::string expected = "[";
  const std::string text = text_by([&](writer& to) {
    to.begin_array();
    for (int i = 0; i < 3000; ++i) {
      const std::string piece(static_cast<std::size_t>(i % 97), 'x');
      to.begin_object().member("n", i).member("s", piece).member("d", i * 1.25).end_object();
      expected += (i > 0 ? ",{\"n\":" : "{\"n\":") + std::to_string(i) + ",\"s\":\"" + piece +
                  "\",\"d\":" + json_.written(boost::json::value(i * 1.25)) + "}";
    }
    to.end_array();
  });
  EXPECT_EQ(text, expected + "]");
}

TEST_F(JsonWriter, AppendsToWhatIsThere) {
  arena::segment_buffer buffer(&json_.memory());
  buffer.append("before ");
  writer(buffer).value(1);
  buffer.append(" between ");
  writer(buffer).begin_array().value("x").end_array();
  buffer.append(" after");
  EXPECT_EQ(json_in_arena::text_of(buffer), "before 1 between [\"x\"] after");
}

TEST_F(JsonWriter, NestsUpToItsLimit) {
  std::string expected;
  const std::string text = text_by([&](writer& to) {
    for (std::size_t i = 0; i < writer::depth_max / 2; ++i)
      to.begin_array().begin_object().key("k");
    to.value(1);
    for (std::size_t i = 0; i < writer::depth_max / 2; ++i) to.end_object().end_array();
  });
  for (std::size_t i = 0; i < writer::depth_max / 2; ++i) expected += "[{\"k\":";
  expected += '1';
  for (std::size_t i = 0; i < writer::depth_max / 2; ++i) expected += "}]";
  EXPECT_EQ(text, expected);
}

// The memory's limit ends the text by an exception; what stays of it can be dropped.
TEST_F(JsonWriter, ThrowsWhatTheMemoryThrows) {
  json_.memory().limit(10'000);
  arena::segment_buffer buffer(&json_.memory());
  const auto write_on = [&] {
    writer to(buffer);
    to.begin_array();
    for (;;) to.value("some text that fills the memory");
  };
  EXPECT_THROW(write_on(), arena::allocation_limit_exceeded);
  EXPECT_GT(buffer.size(), 1000u);
  buffer.clear();
  EXPECT_EQ(buffer.size(), 0u);
}

template <class T>
concept writable = requires(writer& to, const T& value) {
  to.value(value);
};

// A character's code, a document made on the heap on the way: neither is meant.
static_assert(writable<std::int8_t> && writable<unsigned long long> && writable<float>);
static_assert(!writable<char> && !writable<wchar_t> && !writable<char8_t> && !writable<char32_t>);
static_assert(!writable<long double> && !writable<boost::json::object>);
static_assert(!writable<void*> && !writable<const int*>);

#if !defined(NDEBUG)

using JsonWriterDeathTest = JsonWriter;

void misuse(void (*write)(writer&)) {
  arena::segment_buffer buffer(std::pmr::new_delete_resource());
  writer to(buffer);
  write(to);
}

TEST_F(JsonWriterDeathTest, CatchesMisuse) {
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_object().value(1); }), "without a key");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_object().begin_array(); }), "without a key");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_array().key("a"); }), "a key where there is none");
  EXPECT_DEATH(misuse([](writer& to) { to.key("a"); }), "a key where there is none");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_object().key("a").key("b"); }),
               "a key where there is none");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_object().key("a").end_object(); }),
               "closes nothing");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_array().end_object(); }), "closes nothing");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_object().end_array(); }), "closes nothing");
  EXPECT_DEATH(misuse([](writer& to) { to.end_array(); }), "closes nothing");
  EXPECT_DEATH(misuse([](writer& to) { to.value(1).value(2); }), "a second value at the top");
  EXPECT_DEATH(misuse([](writer& to) { to.begin_array(); }), "left open");
  EXPECT_DEATH(misuse([](writer&) {}), "without a value");
  EXPECT_DEATH(misuse([](writer& to) { to.raw(""); }), "nothing for a value");
  EXPECT_DEATH(misuse([](writer& to) {
                 for (std::size_t i = 0; i <= writer::depth_max; ++i) to.begin_array();
               }),
               "nested too deeply");
}

#endif

// What a handler throws is not the writer's misuse.
TEST_F(JsonWriter, MayBeLeftOpenByAnException) {
  arena::segment_buffer buffer(&json_.memory());
  EXPECT_THROW(
      {
        writer to(buffer);
        to.begin_array();
        throw std::runtime_error("no data");
      },
      std::runtime_error);
  EXPECT_EQ(json_in_arena::text_of(buffer), "[");
}

}  // namespace
