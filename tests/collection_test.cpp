#include "server/collections/collection.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "server/collections/catalogue.hpp"
#include "server/collections/column_profile.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/sample.hpp"
#include "tests/support/no_default_resource.hpp"

namespace {

using server::collections::catalogue;
using server::collections::collection;
using server::collections::column;
using server::collections::column_kind;
using server::collections::columns_max;
using server::collections::load_error;
using server::collections::load_json;

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

// The column that identifies rows; empty: their number does.
std::string_view id_of(const collection& one) {
  return one.id_column() == nullptr ? "" : one.id_column()->name();
}

std::string names_of(const collection& one) {
  std::string names;
  for (const column& each : one.columns()) names.append(each.name()).append(" ");
  return names;
}

TEST(Collection, KeepsItsNameAndTheOrderOfItsRows) {
  const collection things = made_of(R"([{"id":3},{"id":1},{"id":2}])");
  EXPECT_EQ(things.name(), "things");
  ASSERT_EQ(things.size(), 3U);
  const column* const id = things.find_column("id");
  ASSERT_NE(id, nullptr);
  EXPECT_EQ(id->integer(0), 3);
  EXPECT_EQ(id->integer(1), 1);
  EXPECT_EQ(id->integer(2), 2);
}

TEST(Collection, HasAColumnForEachMemberInTheOrderOfFirstAppearance) {
  const collection things =
      made_of(R"([{"zebra":1,"ape":2},{"mole":3,"ape":4},{"":5,"zebra":6,"ant":7}])");
  EXPECT_EQ(names_of(things), "zebra ape mole  ant ");
  for (const column& each : things.columns()) EXPECT_EQ(things.find_column(each.name()), &each);
  EXPECT_EQ(things.find_column("zebr"), nullptr);
  EXPECT_EQ(things.find_column("zebraa"), nullptr);
}

TEST(Collection, TellsMissingMembersFromNulls) {
  const collection things = made_of(R"([{"id":1},{"id":2,"a":null},{"id":3,"a":7},{"id":4}])");
  const column& a = things.columns()[1];
  EXPECT_EQ(a.kind(), column_kind::integer);
  EXPECT_TRUE(a.has_nulls());
  EXPECT_TRUE(a.is_null(0) && a.is_absent(0));
  EXPECT_TRUE(a.is_null(1) && !a.is_absent(1));
  EXPECT_TRUE(!a.is_null(2) && !a.is_absent(2));
  EXPECT_TRUE(a.is_null(3) && a.is_absent(3));
  EXPECT_EQ(a.integer(2), 7);
  EXPECT_FALSE(things.columns()[0].has_nulls());
  EXPECT_FALSE(things.columns()[0].is_absent(0));
}

struct kind_case {
  std::string_view values;  // of three rows
  column_kind kind;
};

TEST(Collection, TakesTheKindOfAColumnFromAllItsValues) {
  using enum column_kind;
  const kind_case cases[] = {
      {"1 -2 9223372036854775807", integer},
      {"null 1 null", integer},
      {"-9223372036854775808 0 1", integer},
      {"1 2.5 3", real},
      {"9007199254740992 0.5 1", real},
      {"9007199254740993 0.5 1", document},
      {"1.0 2e3 -0.5", real},
      {"18446744073709551615 1 2", document},
      {"9223372036854775808 9223372036854775808 9223372036854775809", document},
      {"true false null", boolean},
      {"\"a\" \"\" null", text},
      {"\"a\" 1 null", document},
      {"true 1 null", document},
      {"{} [] null", document},
      {"[1] [2] [3]", document},
      {"{\"a\":1} \"b\" 1", document},
      {"null null null", document},
  };
  for (const auto& [values, kind] : cases) {
    std::string rows = "[{\"v\":" + std::string(values) + "}]";
    for (std::size_t at = 0; (at = rows.find(' ', at)) != std::string::npos;)
      rows.replace(at, 1, "},{\"v\":");
    const collection things = made_of(rows);
    ASSERT_EQ(things.size(), 3U) << rows;
    EXPECT_EQ(things.columns()[0].kind(), kind) << values;
  }
}

TEST(Collection, KeepsValuesOfEachKind) {
  const collection things = made_of(
      R"([{"b":true,"i":-5,"r":0.5,"t":"","d":{"x":[1,null]}},
          {"b":false,"i":7,"r":3,"t":"S\u00e3o","d":"flat"}])");
  const auto columns = things.columns();
  EXPECT_TRUE(columns[0].boolean(0));
  EXPECT_FALSE(columns[0].boolean(1));
  EXPECT_EQ(columns[1].integer(0), -5);
  EXPECT_EQ(columns[1].integer(1), 7);
  EXPECT_EQ(columns[2].real(0), 0.5);
  EXPECT_EQ(columns[2].real(1), 3.0);
  EXPECT_EQ(columns[3].text(0), "");
  EXPECT_FALSE(columns[3].is_null(0)) << "of JSON, an empty text is no null";
  EXPECT_EQ(columns[3].text(1), "S\u00e3o");
  EXPECT_TRUE(columns[4].document(0).at("x").at(1).is_null());
  EXPECT_EQ(columns[4].document(1).as_string(), "flat");
}

TEST(Collection, KeepsTextsApartAroundNullsAndMissingMembers) {
  std::string rows = "[{\"id\":0}";
  for (int i = 1; i < 300; ++i) {
    rows += ",{\"id\":" + std::to_string(i);
    if (i % 3 == 0) rows += ",\"t\":\"text " + std::to_string(i) + "\"";
    if (i % 3 == 1) rows += ",\"t\":null";
    rows += "}";
  }
  const collection things = made_of(rows + "]");
  const column& text = things.columns()[1];
  ASSERT_EQ(text.kind(), column_kind::text);
  for (std::size_t row = 0; row < things.size(); ++row) {
    const bool has_text = row > 0 && row % 3 == 0;
    EXPECT_EQ(text.is_null(row), !has_text) << row;
    EXPECT_EQ(text.is_absent(row), row == 0 || row % 3 == 2) << row;
    if (has_text) {
      EXPECT_EQ(text.text(row), "text " + std::to_string(row));
    }
  }
}

TEST(Collection, TakesAsManyDifferentMembersAsItMayAndNotOneMore) {
  std::string rows = "[\n{\"m0\":0}";
  for (std::size_t i = 1; i < columns_max; ++i) rows += ",{\"m" + std::to_string(i) + "\":0}";
  EXPECT_EQ(made_of(rows + "]").columns().size(), columns_max);
  try {
    made_of(rows + ",\n{\"m0\":1,\"more\":1}]");
    FAIL() << "one too many";
  } catch (const load_error& error) {
    EXPECT_STREQ(error.what(),
                 "things.json:3: more than 2000 different members so far; the one too many is "
                 "\"more\"");
  }
}

TEST(Collection, GivesEachStateOfTheDataAVersionOfItsOwn) {
  EXPECT_EQ(made_of("[{\"id\":1}]").version(), made_of("[{\"id\":1}]").version());
  EXPECT_NE(made_of("[{\"id\":1}]").version(), made_of("[{\"id\":2}]").version());
  EXPECT_NE(made_of("[{\"id\":1}]").version(), made_of("[{\"id\":1}]\n").version());
  EXPECT_EQ(made_of("[{\"id\":1}]\n").file_bytes(), 11U);
}

TEST(Collection, PrefersTheMemberIdEvenIfItIsNotTheFirst) {
  const collection things = made_of(R"([{"code":"a","id":7},{"code":"b","id":8}])");
  EXPECT_EQ(id_of(things), "id");
  EXPECT_EQ(things.find("8"), 1U);
  EXPECT_EQ(things.find("b"), std::nullopt);
}

TEST(Collection, TakesTheFirstUniqueMemberIfIdIsDuplicated) {
  const collection things =
      made_of(R"([{"id":1,"kind":"x","code":"a"},{"id":1,"kind":"x","code":"b"}])");
  EXPECT_EQ(id_of(things), "code");
  EXPECT_EQ(things.find("b"), 1U);
}

TEST(Collection, CountsAnIntegerAndItsTextAsTheSameId) {
  const collection things = made_of(R"([{"id":1,"code":"a"},{"id":"1","code":"b"}])");
  EXPECT_EQ(id_of(things), "code");
}

TEST(Collection, PassesOverMembersThatAreMissingInARow) {
  EXPECT_EQ(id_of(made_of(R"([{"a":1,"b":1},{"b":2}])")), "b");
  EXPECT_EQ(id_of(made_of(R"([{"id":1,"b":1},{"b":2}])")), "b");
}

TEST(Collection, PassesOverMembersThatAreNeitherStringsNorIntegers) {
  const collection things = made_of(
      R"([{"a":1.5,"b":true,"c":null,"d":{},"e":[],"f":"","g":"x"},
          {"a":2.5,"b":false,"c":1,"d":1,"e":1,"f":"1","g":"y"}])");
  EXPECT_EQ(id_of(things), "g");
}

TEST(Collection, GoesByRowNumberIfNoMemberIdentifiesRows) {
  const collection things = made_of(R"([{"a":1},{"a":1},{"a":1},{},{},{},{},{},{},{},{}])");
  EXPECT_EQ(id_of(things), "");
  for (std::size_t i = 0; i < things.size(); ++i) EXPECT_EQ(things.find(std::to_string(i)), i);
  for (const char* other : {"11", "-1", "+1", "01", "00", "1 ", " 1", "1.0", "0x1", "", "a"})
    EXPECT_EQ(things.find(other), std::nullopt) << other;
}

TEST(Collection, FindsIntegersOfAnySizeAndSignByTheirText) {
  const collection things =
      made_of(R"([{"id":-9223372036854775808},{"id":0},{"id":18446744073709551615},{"id":"x"}])");
  EXPECT_EQ(id_of(things), "id");
  EXPECT_EQ(things.find("-9223372036854775808"), 0U);
  EXPECT_EQ(things.find("0"), 1U);
  EXPECT_EQ(things.find("18446744073709551615"), 2U);
  EXPECT_EQ(things.find("x"), 3U);
  EXPECT_EQ(things.find("00"), std::nullopt);
}

TEST(Collection, FindsIdsThatHoldAnyBytes) {
  const collection things = made_of(R"([{"id":"São Paulo"},{"id":"a/b?c"},{"id":"a\u0000b"}])");
  EXPECT_EQ(things.find("São Paulo"), 0U);
  EXPECT_EQ(things.find("a/b?c"), 1U);
  EXPECT_EQ(things.find(std::string_view("a\0b", 3)), 2U);
  EXPECT_EQ(things.find("a"), std::nullopt);
}

TEST(Collection, FindsEachOfManyRowsAndNoOther) {
  for (const std::size_t count : {1U, 2U, 3U, 4U, 7U, 8U, 9U, 5000U}) {
    const collection things = numbered(count);
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(things.find(std::to_string(i)), i) << i << " of " << count;
    for (std::size_t i = count; i < count + 1000; ++i)
      ASSERT_EQ(things.find(std::to_string(i)), std::nullopt) << i << " of " << count;
    EXPECT_EQ(things.find(""), std::nullopt);
  }
}

TEST(Collection, WithoutRowsFindsNothing) {
  const collection none = made_of("[]");
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(id_of(none), "");
  EXPECT_EQ(none.find("0"), std::nullopt);
  EXPECT_EQ(none.find(""), std::nullopt);
  EXPECT_TRUE(none.columns().empty());
}

TEST(Collection, StaysValidWhenItIsMoved) {
  collection things = numbered(100);
  const column* const id = things.id_column();
  const collection moved = std::move(things);
  EXPECT_EQ(moved.name(), "things");
  EXPECT_EQ(id_of(moved), "id");
  EXPECT_EQ(moved.id_column(), id);
  EXPECT_EQ(moved.find("42"), 42U);
}

TEST(Collection, TakesNoMemoryToFindRows) {
  const no_default_resource only_what_is_given;
  const collection things = numbered(1000);
  const std::size_t bytes_before = things.memory_bytes();
  std::array<char, 8> text;
  for (int i = 0; i < 2000; ++i) {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), i).ptr;
    EXPECT_EQ(things.find({text.data(), end}).has_value(), i < 1000);
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
  EXPECT_EQ(id_of(*cities), "id");
  EXPECT_EQ(names_of(*cities), "id name country population location ");
  EXPECT_EQ(cities->find("9"), 8U);
  EXPECT_EQ(cities->columns()[1].text(8), "São Paulo");
  EXPECT_EQ(cities->columns()[2].text(8), "BR");
  EXPECT_EQ(cities->columns()[3].kind(), column_kind::integer);
  EXPECT_TRUE(cities->columns()[4].document(8).at("latitude").is_double());
}

TEST(Catalogue, FindsNothingByAnUnknownName) {
  const catalogue served({});
  EXPECT_EQ(served.find("city"), nullptr);
  EXPECT_EQ(served.find("citiess"), nullptr);
  EXPECT_EQ(served.find(""), nullptr);
}

}  // namespace
