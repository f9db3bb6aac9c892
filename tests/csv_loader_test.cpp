// What a CSV file becomes: kinds of columns, nulls, and what is refused.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory_resource>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/collections/column_profile.hpp"
#include "server/collections/loader.hpp"
#include "tests/support/no_default_resource.hpp"

namespace {

using server::collections::collection;
using server::collections::column;
using server::collections::column_kind;
using server::collections::columns_max;
using server::collections::load_csv;
using server::collections::load_error;

collection csv(std::string_view text) {
  return load_csv("things", text, "things.csv");
}

std::string error_of(std::string_view text) {
  try {
    csv(text);
  } catch (const load_error& error) {
    return error.what();
  }
  return {};
}

std::string_view name_of(column_kind kind) {
  switch (kind) {
    case column_kind::boolean:
      return "boolean";
    case column_kind::integer:
      return "integer";
    case column_kind::real:
      return "real";
    case column_kind::text:
      return "text";
    case column_kind::document:
      return "document";
  }
  return "?";
}

// One value as people read it; text in quotes.
std::string shown(const column& from, std::size_t row) {
  std::ostringstream to;
  to.precision(17);
  if (from.is_null(row)) {
    to << "null";
  } else if (from.kind() == column_kind::boolean) {
    to << (from.boolean(row) ? "true" : "false");
  } else if (from.kind() == column_kind::integer) {
    to << from.integer(row);
  } else if (from.kind() == column_kind::real) {
    to << from.real(row);
  } else {
    to << '"' << from.text(row) << '"';
  }
  return to.str();
}

// "integer 1 null 2": the kind and the values of the one column that these fields make.
std::string column_of(std::initializer_list<std::string_view> fields) {
  std::string text = "first,other\n";
  for (const std::string_view field : fields) text.append(field).append(",x\n");
  const collection made = csv(text);
  const column& first = made.columns()[0];
  std::string all(name_of(first.kind()));
  for (std::size_t row = 0; row < made.size(); ++row) all += ' ' + shown(first, row);
  return all;
}

TEST(CsvLoader, TakesTheHeaderForTheNamesOfColumnsInTheirOrder) {
  const no_default_resource only_what_is_given;
  const collection made = csv("b,\"a, or \"\"c\"\"\", d \n1,2,3\n");
  ASSERT_EQ(made.columns().size(), 3U);
  EXPECT_EQ(made.columns()[0].name(), "b");
  EXPECT_EQ(made.columns()[1].name(), "a, or \"c\"");
  EXPECT_EQ(made.columns()[2].name(), " d ");
  EXPECT_EQ(made.size(), 1U);
  EXPECT_EQ(made.name(), "things");
}

TEST(CsvLoader, MakesIntegersOfWhatFitsIn64Bits) {
  EXPECT_EQ(column_of({"1", "-2", "0"}), "integer 1 -2 0");
  EXPECT_EQ(column_of({"9223372036854775807", "-9223372036854775808"}),
            "integer 9223372036854775807 -9223372036854775808");
  EXPECT_EQ(column_of({"\"7\"", "8"}), "integer 7 8") << "quotes do not make a text";
}

TEST(CsvLoader, LosesNoDigitOfWhatDoesNotFit) {
  EXPECT_EQ(column_of({"9223372036854775808", "1"}), "text \"9223372036854775808\" \"1\"");
  EXPECT_EQ(column_of({"-9223372036854775809"}), "text \"-9223372036854775809\"");
  EXPECT_EQ(column_of({"9007199254740993", "0.5"}), "text \"9007199254740993\" \"0.5\"");
  EXPECT_EQ(column_of({"1e309"}), "text \"1e309\"");
  EXPECT_EQ(column_of({"-1e309", "1"}), "text \"-1e309\" \"1\"");
  EXPECT_EQ(column_of({"1e-400"}), "text \"1e-400\"");
}

TEST(CsvLoader, KeepsWhatOnlyLooksLikeANumberAsText) {
  for (const char* field :
       {"007", "00",   "-01",  "+1",   "1.",    ".5",    "-.5",  "-",   "1e",
        "1e+", "0x10", "1 ",   " 1",   "1_000", "1.5.2", "NaN",  "nan", "Infinity",
        "inf", "-inf", "01.5", "00.5", "1-2",   "--1",   "1e5.5"})
    EXPECT_EQ(column_of({"1", field}), "text \"1\" \"" + std::string(field) + "\"");
  EXPECT_EQ(column_of({"\"1,000\""}), "text \"1,000\"");
}

TEST(CsvLoader, MakesRealsOfNumbersAsJsonHasThem) {
  EXPECT_EQ(column_of({"1.5", "-0.25", "1e3", "1E+3", "25e-1", "0.0"}),
            "real 1.5 -0.25 1000 1000 2.5 0");
  EXPECT_EQ(column_of({"1.7976931348623157e308", "5e-324"}),
            "real 1.7976931348623157e+308 4.9406564584124654e-324");
  EXPECT_EQ(column_of({"1", "2.5", "-3"}), "real 1 2.5 -3") << "integers among them";
  EXPECT_EQ(column_of({"9007199254740992", "0.5"}), "real 9007199254740992 0.5");
  EXPECT_EQ(column_of({"-9223372036854775808", "0.5"}), "real -9.2233720368547758e+18 0.5");
  EXPECT_EQ(column_of({"-0"}), "real -0") << "an integer has no such zero";
  EXPECT_EQ(column_of({"-0", "1"}), "real -0 1");
  EXPECT_EQ(column_of({"0e0", "-0.0", "0.000e-999"}), "real 0 -0 0");
}

TEST(CsvLoader, MakesBooleansOfTrueAndFalse) {
  EXPECT_EQ(column_of({"true", "FALSE", "True", "False", "TRUE", "false"}),
            "boolean true false true false true false");
  EXPECT_EQ(column_of({"true", "tRUE"}), "text \"true\" \"tRUE\"");
  EXPECT_EQ(column_of({"true", "1"}), "text \"true\" \"1\"");
  EXPECT_EQ(column_of({"true", "yes"}), "text \"true\" \"yes\"");
  EXPECT_EQ(column_of({"t"}), "text \"t\"");
}

TEST(CsvLoader, DecidesOverTheWholeColumnWhereverTheOddOneStands) {
  EXPECT_EQ(column_of({"x", "1", "2"}), "text \"x\" \"1\" \"2\"");
  EXPECT_EQ(column_of({"1", "2", "x"}), "text \"1\" \"2\" \"x\"");
  EXPECT_EQ(column_of({"1", "1.5", "true"}), "text \"1\" \"1.5\" \"true\"");
  EXPECT_EQ(column_of({"0.5", "1"}), "real 0.5 1");
}

TEST(CsvLoader, TakesEmptyFieldsForNullInQuotesOrNot) {
  EXPECT_EQ(column_of({"", "1", "\"\"", "2", ""}), "integer null 1 null 2 null");
  EXPECT_EQ(column_of({"a", "", "b", "\"\""}), "text \"a\" null \"b\" null");
  EXPECT_EQ(column_of({"", "true"}), "boolean null true");
  EXPECT_EQ(column_of({"", "1.5"}), "real null 1.5");
  EXPECT_EQ(column_of({"", "\"\""}), "text null null");
  EXPECT_EQ(column_of({" "}), "text \" \"") << "a space is a text";
}

TEST(CsvLoader, KnowsWhetherAColumnHasNulls) {
  const collection made = csv("a,b,c\n1,,x\n2,3,y\n");
  EXPECT_FALSE(made.columns()[0].has_nulls());
  EXPECT_TRUE(made.columns()[1].has_nulls());
  EXPECT_FALSE(made.columns()[2].has_nulls());
  EXPECT_FALSE(made.columns()[1].is_absent(0)) << "a CSV has a field for each column";
}

TEST(CsvLoader, KeepsNullsApartAroundTheBoundariesOf64Rows) {
  for (const std::size_t rows : {1U, 63U, 64U, 65U, 127U, 128U, 129U, 1000U}) {
    for (const std::size_t step : {1U, 2U, 63U, 64U}) {
      std::string text = "n,t\n";
      for (std::size_t row = 0; row < rows; ++row)
        text += row % step == 0 ? std::to_string(row) + ",t" + std::to_string(row) + "\n" : ",\n";
      const collection made = csv(text);
      ASSERT_EQ(made.size(), rows);
      for (std::size_t row = 0; row < rows; ++row) {
        const bool is_null = row % step != 0;
        const std::string number = std::to_string(row);
        ASSERT_EQ(shown(made.columns()[0], row), is_null ? "null" : number);
        ASSERT_EQ(shown(made.columns()[1], row), is_null ? "null" : "\"t" + number + "\"");
      }
    }
  }
}

TEST(CsvLoader, ReadsAHeaderWithoutRows) {
  for (const char* text : {"a,b", "a,b\n", "a,b\r\n\r\n"}) {
    const collection made = csv(text);
    EXPECT_EQ(made.size(), 0U);
    ASSERT_EQ(made.columns().size(), 2U);
    EXPECT_EQ(made.columns()[0].kind(), column_kind::text);
    EXPECT_FALSE(made.columns()[0].has_nulls());
    EXPECT_EQ(made.id_column(), nullptr);
    EXPECT_FALSE(made.find("0"));
  }
}

TEST(CsvLoader, SkipsAByteOrderMarkAndLinesWithoutAByte) {
  const collection made = csv("\xEF\xBB\xBF\n\"id\",b\r\n\r\n1,x\n\n2,y");
  EXPECT_EQ(made.columns()[0].name(), "id");
  EXPECT_EQ(made.size(), 2U);
}

TEST(CsvLoader, KeepsFieldsThatHoldAnyCharacter) {
  const collection made =
      csv("id,t\n1,\"a,\"\"b\"\"\r\nc\"\n2,S\xC3\xA3o \xF0\x9F\x9A\x80\n3,\"\"\"\"\n4," +
          std::string("a\0b", 3) + "\n");
  const column& text = made.columns()[1];
  EXPECT_EQ(text.text(0), "a,\"b\"\r\nc");
  EXPECT_EQ(text.text(1), "S\xC3\xA3o \xF0\x9F\x9A\x80");
  EXPECT_EQ(text.text(2), "\"");
  EXPECT_EQ(text.text(3), std::string_view("a\0b", 3));
}

TEST(CsvLoader, FindsRowsByTheirId) {
  const collection made = csv("code,id\nx,20\ny,10\n");
  ASSERT_NE(made.id_column(), nullptr);
  EXPECT_EQ(made.id_column()->name(), "id");
  EXPECT_EQ(made.find("10"), 1U);
  EXPECT_FALSE(made.find("y"));
  EXPECT_FALSE(made.find("010"));
}

TEST(CsvLoader, RefusesRowsOfAnotherLengthThanTheHeader) {
  EXPECT_EQ(error_of("a,b\n1,2\n3\n"), "things.csv:3: the row has 1 field, the header 2");
  EXPECT_EQ(error_of("a,b\n\"1\n\",2\n1,2,3\n"),
            "things.csv:4: the row has 3 fields, the header 2");
  EXPECT_EQ(error_of("a\n,\n"), "things.csv:2: the row has 2 fields, the header 1");
}

TEST(CsvLoader, RefusesColumnsWithoutANameOrWithTheSame) {
  EXPECT_EQ(error_of("a,,b\n"), "things.csv:1: column 2 has no name");
  EXPECT_EQ(error_of("\n\na,\"\"\n"), "things.csv:3: column 2 has no name");
  EXPECT_EQ(error_of("a,b,\"a\"\n"), "things.csv:1: more than one column is named \"a\"");
  EXPECT_EQ(error_of("a,A, a\n1,2,3"), "") << "names that differ in anything differ";
}

TEST(CsvLoader, PassesOnWhatTheReaderRefuses) {
  EXPECT_EQ(error_of("a\nb\"c\n"),
            "things.csv:2: a quote inside a field that does not begin with one");
  EXPECT_EQ(error_of("a\n1\n\"b\n"), "things.csv:3: a field in quotes that does not end");
  EXPECT_EQ(error_of("\"a"), "things.csv:1: a field in quotes that does not end");
}

TEST(CsvLoader, RefusesWhatIsNotUtf8) {
  EXPECT_EQ(error_of("a\nx\xFFy\n"), "things.csv:2: not UTF-8 at column 2");
  EXPECT_EQ(error_of("\xE4,b\n"), "things.csv:1: not UTF-8 at column 1") << "Latin-1";
  EXPECT_EQ(error_of("a\n1\n\"\n\xED\xA0\x80\"\n"), "things.csv:4: not UTF-8 at column 1");
}

TEST(CsvLoader, RefusesAnEmptyFile) {
  for (const char* text : {"", "\n", "\r\n\r\n", " \t\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"})
    EXPECT_EQ(error_of(text), "things.csv: the file is empty");
}

TEST(CsvLoader, TakesAsManyColumnsAsItMayAndNotOneMore) {
  std::string header = "c1";
  for (std::size_t i = 2; i <= columns_max; ++i) header += ",c" + std::to_string(i);
  EXPECT_EQ(csv(header).columns().size(), columns_max);
  EXPECT_EQ(error_of(header + ",more"), "things.csv:1: more than 2000 columns");
}

TEST(CsvLoader, GivesEachStateOfAFileAVersionOfItsOwn) {
  const std::string text = "id,n\n1,2\n";
  EXPECT_EQ(csv(text).version(), csv(text).version());
  EXPECT_NE(csv(text).version(), csv("id,n\n1,3\n").version());
  EXPECT_NE(csv(text).version(), csv("id,n\r\n1,2\r\n").version());
  EXPECT_NE(csv(text).version(), csv("\xEF\xBB\xBF" + text).version());
  EXPECT_EQ(csv(text).file_bytes(), text.size());
}

// Some 60 bytes a row: an id, a name, a price, a date, a flag and a place.
std::string ordinary_rows(std::size_t count) {
  std::string text = "id,name,price,date,active,city\n";
  for (std::size_t i = 0; i < count; ++i)
    text += std::to_string(100'000 + i) + ",product number " + std::to_string(i % 977) + ',' +
            std::to_string(i % 1000) + ".25,2026-11-" + std::to_string(10 + i % 20) +
            (i % 3 == 0 ? ",true," : ",false,") + "Reykjavik\n";
  return text;
}

TEST(CsvLoader, HoldsOrdinaryRowsInAtMostTwiceTheBytesOfTheirFile) {
  const std::string text = ordinary_rows(20'000);
  EXPECT_LE(csv(text).memory_bytes(), text.size() * 2);
}

}  // namespace
