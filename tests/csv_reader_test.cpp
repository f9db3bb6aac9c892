#include "server/collections/csv_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

using server::collections::csv_error;
using server::collections::csv_reader;

// Each field in brackets, a record a line; or what is wrong, and in which line.
std::string read(std::string_view text) {
  std::string all;
  csv_reader reader(text);
  try {
    for (std::vector<std::string_view> fields; reader.next(fields); all += '\n') {
      for (const std::string_view field : fields) all.append("[").append(field).append("]");
    }
  } catch (const csv_error& error) {
    return std::to_string(error.line) + ": " + error.what();
  }
  return all;
}

struct text_case {
  std::string_view text;
  std::string_view read;
};

TEST(CsvReader, CutsRecordsAndFields) {
  const text_case cases[] = {
      {"", ""},
      {"a", "[a]\n"},
      {"a\n", "[a]\n"},
      {"a,b\nc,d", "[a][b]\n[c][d]\n"},
      {"a,b\r\nc,d\r\n", "[a][b]\n[c][d]\n"},
      {"a,b\r\nc,d\ne,f\r\n", "[a][b]\n[c][d]\n[e][f]\n"},
      {",", "[][]\n"},
      {",\n,,", "[][]\n[][][]\n"},
      {"a,", "[a][]\n"},
      {" a , b ", "[ a ][ b ]\n"},
      {"a;b\tc", "[a;b\tc]\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text), expected) << text;
}

TEST(CsvReader, TakesFieldsInQuotesAsTheyAre) {
  const text_case cases[] = {
      {"\"\"", "[]\n"},
      {"\"a\"", "[a]\n"},
      {"\"a,b\",c", "[a,b][c]\n"},
      {"a,\"b\nc\"\nd", "[a][b\nc]\n[d]\n"},
      {"a,\"b\r\nc\"\r\nd", "[a][b\r\nc]\n[d]\n"},
      {"\"a\rb\"", "[a\rb]\n"},
      {"\" a \",\"\",\"b\"", "[ a ][][b]\n"},
      {"\"a\"\n\"b\"\r\n", "[a]\n[b]\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text), expected) << text;
}

TEST(CsvReader, TakesTwoQuotesForOne) {
  const text_case cases[] = {
      {"\"\"\"\"", "[\"]\n"},
      {"\"\"\"\"\"\"", "[\"\"]\n"},
      {"\"a\"\"b\"", "[a\"b]\n"},
      {"\"\"\"a\"\"\",\"b\"\"\"", "[\"a\"][b\"]\n"},
      {"\"say \"\"x,\ny\"\"\",z\n\"\"\"\"", "[say \"x,\ny\"][z]\n[\"]\n"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text), expected) << text;
}

TEST(CsvReader, KeepsEachOfManyFieldsWithDoubledQuotesUntilTheNextRecord) {
  std::string text = "\"\"\"0\"";
  std::string expected = "[\"0]";
  for (int i = 1; i < 1000; ++i) {
    text += ",\"\"\"" + std::to_string(i) + "\"";
    expected += "[\"" + std::to_string(i) + "]";
  }
  EXPECT_EQ(read(text), expected + "\n");
}

TEST(CsvReader, PassesOverLinesWithoutAByte) {
  EXPECT_EQ(read("\n\r\na\n\n\r\n\nb\n\n"), "[a]\n[b]\n");
  EXPECT_EQ(read("\n\r\n"), "");
  EXPECT_EQ(read("a\n \nb"), "[a]\n[ ]\n[b]\n");
  EXPECT_EQ(read("a\n\"\"\nb"), "[a]\n[]\n[b]\n");
}

TEST(CsvReader, RefusesAQuoteInsideAFieldThatDoesNotBeginWithOne) {
  const std::string reason = "a quote inside a field that does not begin with one";
  EXPECT_EQ(read("a\"b"), "1: " + reason);
  EXPECT_EQ(read("a\nb, \"c\""), "2: " + reason);
  EXPECT_EQ(read("\"x\ny\"\na\""), "3: " + reason);
}

TEST(CsvReader, RefusesAFieldInQuotesThatDoesNotEndAndNamesTheLineWhereItBegins) {
  const std::string reason = "a field in quotes that does not end";
  EXPECT_EQ(read("\""), "1: " + reason);
  EXPECT_EQ(read("a\n\nb,\"c\nd\ne\n"), "3: " + reason);
  EXPECT_EQ(read("a\n\"b\"\""), "2: " + reason);
}

TEST(CsvReader, RefusesBytesBetweenAQuoteAndTheNextComma) {
  const std::string reason = "something between the quote that ends a field and the next comma";
  EXPECT_EQ(read("\"a\"b"), "1: " + reason);
  EXPECT_EQ(read("a\n\"b\" ,c"), "2: " + reason);
  EXPECT_EQ(read("\"a\n\nb\"c"), "3: " + reason);
}

TEST(CsvReader, RefusesACarriageReturnWithoutALineFeed) {
  const std::string reason = "a carriage return that no line feed follows, outside of quotes";
  EXPECT_EQ(read("a\rb"), "1: " + reason);
  EXPECT_EQ(read("a\nb\r"), "2: " + reason);
  EXPECT_EQ(read("a\r\r\n"), "1: " + reason);
  EXPECT_EQ(read("\"a\"\rb"), "1: " + reason);
  EXPECT_EQ(read("\r"), "1: " + reason);
}

TEST(CsvReader, KnowsTheLineInWhichEachRecordBegins) {
  csv_reader reader("a\n\n\"b\nc\nd\",e\r\nf\n\"g\"");
  std::vector<std::string_view> fields;
  std::vector<std::size_t> lines;
  while (reader.next(fields)) lines.push_back(reader.line());
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 6, 7}));
}

TEST(CsvReader, KnowsHowMuchItHasRead) {
  const std::string_view text = "a,b\r\n\"c\"\n\nd";
  csv_reader reader(text);
  std::vector<std::string_view> fields;
  EXPECT_EQ(reader.offset_bytes(), 0U);
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.offset_bytes(), 5U);
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.offset_bytes(), 9U);
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.offset_bytes(), text.size());
}

TEST(CsvReader, GivesViewsOfTheTextWhereNoQuoteIsDoubled) {
  const std::string_view text = "a,\"b\"";
  csv_reader reader(text);
  std::vector<std::string_view> fields;
  ASSERT_TRUE(reader.next(fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].data(), text.data());
  EXPECT_EQ(fields[1].data(), text.data() + 3);
}

}  // namespace
