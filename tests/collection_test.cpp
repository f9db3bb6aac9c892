#include "server/collections/collection.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json/object.hpp>
#include <gtest/gtest.h>

#include "server/collections/catalogue.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/page.hpp"
#include "server/collections/sample.hpp"

namespace {

using server::collections::catalogue;
using server::collections::collection;
using server::collections::load_json;
using server::collections::page;

// Makes std::pmr's default resource fail for its lifetime.
class no_default_resource {
 public:
  no_default_resource()
      : before_(std::pmr::set_default_resource(std::pmr::null_memory_resource())) {}
  ~no_default_resource() { std::pmr::set_default_resource(before_); }
  no_default_resource(const no_default_resource&) = delete;
  no_default_resource& operator=(const no_default_resource&) = delete;

 private:
  std::pmr::memory_resource* before_;
};

collection made_of(std::string_view rows) {
  return load_json("things", rows, "things.json");
}

// {"id":0}, {"id":1}, ...
collection numbered(std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i)
    text += (i == 0 ? "{\"id\":" : ",{\"id\":") + std::to_string(i) + "}";
  return made_of(text + "]");
}

std::int64_t member(const boost::json::value& row, std::string_view name) {
  return row.as_object().at(name).as_int64();
}

TEST(Collection, KeepsItsNameAndTheOrderOfItsRows) {
  const collection things = made_of(R"([{"id":3},{"id":1},{"id":2}])");
  EXPECT_EQ(things.name(), "things");
  ASSERT_EQ(things.size(), 3U);
  EXPECT_EQ(member(things.row(0), "id"), 3);
  EXPECT_EQ(member(things.row(1), "id"), 1);
  EXPECT_EQ(member(things.row(2), "id"), 2);
}

TEST(Collection, KeepsTheOrderOfMembersInARow) {
  const collection things = made_of(R"([{"zebra":1,"ape":2,"mole":3}])");
  std::string names;
  for (const auto& entry : things.row(0).as_object()) names += std::string(entry.key()) + " ";
  EXPECT_EQ(names, "zebra ape mole ");
}

TEST(Collection, GivesAPageOfRowsAndLessAtItsEnd) {
  const collection things = numbered(10);
  const auto middle = things.rows({.offset = 4, .limit = 3});
  ASSERT_EQ(middle.size(), 3U);
  EXPECT_EQ(member(middle.front(), "id"), 4);
  EXPECT_EQ(things.rows({.offset = 8, .limit = 3}).size(), 2U);
  EXPECT_EQ(things.rows({.offset = 10, .limit = 3}).size(), 0U);
  EXPECT_EQ(things.rows({.offset = page::offset_max, .limit = page::limit_max}).size(), 0U);
  EXPECT_EQ(things.rows({.offset = 2, .limit = 0}).size(), 0U);
  EXPECT_EQ(things.rows({}).size(), 10U);
}

TEST(Collection, PrefersTheMemberIdEvenIfItIsNotTheFirst) {
  const collection things = made_of(R"([{"code":"a","id":7},{"code":"b","id":8}])");
  EXPECT_EQ(things.id_member(), "id");
  ASSERT_NE(things.find("8"), nullptr);
  EXPECT_EQ(things.find("8"), &things.row(1));
  EXPECT_EQ(things.find("b"), nullptr);
}

TEST(Collection, TakesTheFirstUniqueMemberIfIdIsDuplicated) {
  const collection things =
      made_of(R"([{"id":1,"kind":"x","code":"a"},{"id":1,"kind":"x","code":"b"}])");
  EXPECT_EQ(things.id_member(), "code");
  EXPECT_EQ(things.find("b"), &things.row(1));
}

TEST(Collection, CountsAnIntegerAndItsTextAsTheSameId) {
  const collection things = made_of(R"([{"id":1,"code":"a"},{"id":"1","code":"b"}])");
  EXPECT_EQ(things.id_member(), "code");
}

TEST(Collection, PassesOverMembersThatAreMissingInARow) {
  EXPECT_EQ(made_of(R"([{"a":1,"b":1},{"b":2}])").id_member(), "b");
  EXPECT_EQ(made_of(R"([{"id":1,"b":1},{"b":2}])").id_member(), "b");
}

TEST(Collection, PassesOverMembersThatAreNeitherStringsNorIntegers) {
  const collection things = made_of(
      R"([{"a":1.5,"b":true,"c":null,"d":{},"e":[],"f":"","g":"x"},
          {"a":2.5,"b":false,"c":1,"d":1,"e":1,"f":"1","g":"y"}])");
  EXPECT_EQ(things.id_member(), "g");
}

TEST(Collection, GoesByRowNumberIfNoMemberIdentifiesRows) {
  const collection things = made_of(R"([{"a":1},{"a":1},{"a":1},{},{},{},{},{},{},{},{}])");
  EXPECT_EQ(things.id_member(), "");
  for (std::size_t i = 0; i < things.size(); ++i)
    EXPECT_EQ(things.find(std::to_string(i)), &things.row(i));
  for (const char* other : {"11", "-1", "+1", "01", "00", "1 ", " 1", "1.0", "0x1", "", "a"})
    EXPECT_EQ(things.find(other), nullptr) << other;
}

TEST(Collection, FindsIntegersOfAnySizeAndSignByTheirText) {
  const collection things =
      made_of(R"([{"id":-9223372036854775808},{"id":0},{"id":18446744073709551615},{"id":"x"}])");
  EXPECT_EQ(things.id_member(), "id");
  EXPECT_EQ(things.find("-9223372036854775808"), &things.row(0));
  EXPECT_EQ(things.find("0"), &things.row(1));
  EXPECT_EQ(things.find("18446744073709551615"), &things.row(2));
  EXPECT_EQ(things.find("x"), &things.row(3));
  EXPECT_EQ(things.find("00"), nullptr);
}

TEST(Collection, FindsIdsThatHoldAnyBytes) {
  const collection things = made_of(R"([{"id":"São Paulo"},{"id":"a/b?c"},{"id":"a\u0000b"}])");
  EXPECT_EQ(things.find("São Paulo"), &things.row(0));
  EXPECT_EQ(things.find("a/b?c"), &things.row(1));
  EXPECT_EQ(things.find(std::string_view("a\0b", 3)), &things.row(2));
  EXPECT_EQ(things.find("a"), nullptr);
}

TEST(Collection, FindsEachOfManyRowsAndNoOther) {
  for (const std::size_t count : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 5000U}) {
    const collection things = numbered(count);
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(things.find(std::to_string(i)), &things.row(i)) << i << " of " << count;
    for (std::size_t i = count; i < count + 1000; ++i)
      ASSERT_EQ(things.find(std::to_string(i)), nullptr) << i << " of " << count;
    EXPECT_EQ(things.find(""), nullptr);
  }
}

TEST(Collection, WithoutRowsFindsNothing) {
  const collection none = made_of("[]");
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(none.id_member(), "");
  EXPECT_EQ(none.find("0"), nullptr);
  EXPECT_EQ(none.find(""), nullptr);
  EXPECT_TRUE(none.rows({}).empty());
}

TEST(Collection, StaysValidWhenItIsMoved) {
  collection things = numbered(100);
  const boost::json::value* const row = &things.row(42);
  const collection moved = std::move(things);
  EXPECT_EQ(moved.name(), "things");
  EXPECT_EQ(moved.id_member(), "id");
  EXPECT_EQ(moved.find("42"), row);
}

TEST(Collection, TakesNoMemoryToFindRows) {
  const no_default_resource only_what_is_given;
  const collection things = numbered(1000);
  const std::size_t bytes_before = things.memory_bytes();
  std::array<char, 8> text;
  for (int i = 0; i < 2000; ++i) {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), i).ptr;
    EXPECT_EQ(things.find({text.data(), end}) != nullptr, i < 1000);
  }
  EXPECT_EQ(things.memory_bytes(), bytes_before);
}

TEST(Catalogue, WithoutFilesServesTheSample) {
  const no_default_resource only_what_is_given;
  const catalogue served({});
  ASSERT_EQ(served.all().size(), 1U);
  const collection* const cities = served.find(server::collections::sample_name);
  ASSERT_NE(cities, nullptr);
  EXPECT_EQ(cities->name(), "cities");
  EXPECT_EQ(cities->size(), 12U);
  EXPECT_EQ(cities->id_member(), "id");
  ASSERT_NE(cities->find("9"), nullptr);
  const auto& city = cities->find("9")->as_object();
  EXPECT_EQ(city.at("name").as_string(), "São Paulo");
  EXPECT_EQ(city.at("country").as_string(), "BR");
  EXPECT_TRUE(city.at("population").is_int64());
  EXPECT_TRUE(city.at("location").as_object().at("latitude").is_double());
}

TEST(Catalogue, FindsNothingByAnUnknownName) {
  const catalogue served({});
  EXPECT_EQ(served.find("city"), nullptr);
  EXPECT_EQ(served.find("citiess"), nullptr);
  EXPECT_EQ(served.find(""), nullptr);
}

}  // namespace
