// The grammar of queries, as tables: what is taken, printed back in one way, and what is refused,
// with the exact error. Conditions are in query_conditions_test.cpp.
#include "server/collections/query_parser.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tests/support/query_reading.hpp"

namespace {

using server::collections::query_parser;

TEST(QueryParser, ReadsWhichFieldsAreSelected) {
  check_readings({
      {"", ""},
      {"select=", ""},
      {"select=*", ""},
      {"select= * ", ""},
      {"select=a", "select=a"},
      {"select=a,b , c", "select=a,b,c"},
      {"select=first name,last-name", R"(select="first name","last-name")"},
      {"select=x:a", "select=x:a"},
      {"select=a:a", "select=a"},
      {"select=city:address->>city", "select=address->>city"},
      {"select=town:address->>city", "select=town:address->>city"},
      {"select=address->geo->lat", "select=address->geo->lat"},
      {"select=tags->0", "select=tags:tags->0"},
      {"select=a->b->>-1", R"(select=b:a->b->>"-1")"},
      {"select=12->3", "select=12:12->3"},
      {R"~(select="a.b","c,d(e)":"f:g"->"h->i")~", R"~(select="a.b","c,d(e)":"f:g"->"h->i")~"},
      {R"(select="say \"hi\" \\ \x")", R"(select="say \"hi\" \\ x")"},
      {R"(select="")", R"(select="")"},
      {"select=\xC3\xA9t\xC3\xA9", "select=\"\xC3\xA9t\xC3\xA9\""},
  });
}

TEST(QueryParser, ReadsAggregates) {
  check_readings({
      {"select=count()", "select=count()"},
      {"select=n:count()", "select=n:count()"},
      {"select=count", "select=count"},
      {"select=count.count()", "select=count.count()"},
      {"select=city,price.avg(),price.sum()", "select=city,price.avg(),price.sum()"},
      {"select=low:price.min(),high:price.max()", "select=low:price.min(),high:price.max()"},
      {"select=a->b.count()", "select=a->b.count()"},
      {R"(select="unit.price".max())", R"(select="unit.price".max())"},
  });
}

TEST(QueryParser, RefusesWhatCannotBeSelected) {
  check_readings({
      {"select=,", R"(select: expected the name of a field, not ",")"},
      {"select=a,", "select: expected the name of a field, not the end"},
      {"select=a,,b", R"(select: expected the name of a field, not ",b")"},
      {"select=*,a", R"(select: expected * alone, or names of fields instead, not ",a")"},
      {"select=a,*", R"(select: expected names of fields, since * stands alone, not "*")"},
      {"select=a)", R"~(select: expected a comma or the end, not ")")~"},
      {"select=\"a\"b", R"(select: expected a comma or the end, not "b")"},
      {"select=\"a", R"(select: expected a closing quote, not ""a")"},
      {R"(select="a\")", R"(select: expected a closing quote, not ""a\"")"},
      {"select=a->", "select: expected the name of a field, not the end"},
      {"select=a->>b->c", R"(select: expected nothing behind the key of ->>, not "->c")"},
      {"select=a->b:c", R"(select: expected an alias of one name before the colon, not ":c")"},
      {"select=x:", "select: expected the name of a field, not the end"},
      {"select=a::text", R"(select: expected a field without a cast, not "::text")"},
      {"select=a.sum()::int", R"(select: expected a field without a cast, not "::int")"},
      {"select=a.", R"(select: expected count(), sum(), avg(), min() or max(), not ".")"},
      {"select=a.sum", R"(select: expected count(), sum(), avg(), min() or max(), not ".sum")"},
      {"select=a.sum(b)",
       R"~(select: expected count(), sum(), avg(), min() or max(), not ".sum(b)")~"},
      {"select=a.median()",
       R"~(select: expected count(), sum(), avg(), min() or max(), not ".median()")~"},
      {"select=sum()",
       R"~(select: expected count(), or a field and a dot before the aggregate, not "()")~"},
      {"select=client(id)",
       R"~(select: expected count(), or a field and a dot before the aggregate, not "(id)")~"},
      {"select=count(a)", R"~(select: expected count(), sum(), avg(), min() or max(), not "(a)")~"},
      {"select=a&select=b", "select: expected once"},
  });
}

TEST(QueryParser, ReadsOrdersAndPlacesNullsAsPostgresqlDoes) {
  check_readings({
      {"order=a", "order=a.asc.nullslast"},
      {"order=a.desc", "order=a.desc.nullsfirst"},
      {"order=a.asc.nullsfirst, b.desc.nullslast ,c.nullsfirst",
       "order=a.asc.nullsfirst,b.desc.nullslast,c.asc.nullsfirst"},
      {R"(order=a->b.desc,"c.d")", R"(order=a->b.desc.nullsfirst,"c.d".asc.nullslast)"},
      {"order=", "order: expected the name of a field, not the end"},
      {"order=a,", "order: expected the name of a field, not the end"},
      {"order=a.up", R"(order: expected .asc, .desc, .nullsfirst or .nullslast, not ".up")"},
      {"order=a.descc", R"(order: expected .asc, .desc, .nullsfirst or .nullslast, not ".descc")"},
      {"order=a.asc.desc", R"(order: expected .nullsfirst or .nullslast, not ".desc")"},
      {"order=a.nullsfirst.desc", R"(order: expected a comma or the end, not ".desc")"},
      {"order=a b)", R"~(order: expected a comma or the end, not ")")~"},
      {"order=a&order=b", "order: expected once"},
  });
}

TEST(QueryParser, ReadsPagesWithinTheirLimits) {
  check_readings({
      {"limit=0", "limit=0"},
      {"limit=1000", "limit=1000"},
      {"limit=1001", R"(limit: expected a whole number from 0 to 1000, not "1001")"},
      {"limit=", "limit: expected a whole number from 0 to 1000"},
      {"limit=-1", R"(limit: expected a whole number from 0 to 1000, not "-1")"},
      {"limit=1x", R"(limit: expected a whole number from 0 to 1000, not "1x")"},
      {"limit=1.0", R"(limit: expected a whole number from 0 to 1000, not "1.0")"},
      {"offset=9223372036854775807", "offset=9223372036854775807"},
      {"offset=9223372036854775808",
       "offset: expected a whole number from 0 to "
       R"(9223372036854775807, not "9223372036854775808")"},
      {"offset=99999999999999999999",
       "offset: expected a whole number from 0 to "
       R"(9223372036854775807, not "99999999999999999999")"},
      {"limit=1&limit=1", "limit: expected once"},
      {"offset=1&offset=1", "offset: expected once"},
  });
}

TEST(QueryParser, ShowsOfWhatWasSentFortyBytesAndPrintableOnesAlone) {
  const std::string forty = repeated("x", 40);
  EXPECT_EQ(reading_of("limit=" + forty),
            "limit: expected a whole number from 0 to 1000, not \"" + forty + "\"");
  EXPECT_EQ(reading_of("limit=" + forty + "y"),
            "limit: expected a whole number from 0 to 1000, not \"" + forty + "...\"");
  EXPECT_EQ(reading_of("a\xFF\n=is.\x7F"),
            R"(a%FF%0A: expected null, not_null, true, false or unknown, not "%7F")");
}

std::string nested(std::size_t depth) {
  return "or=(" + repeated("and(", depth - 1) + "a.is.null" + repeated(")", depth);
}

TEST(QueryParser, TakesListsNestedAsDeepAsTheLimitAndNoDeeper) {
  EXPECT_EQ(reading_of(nested(query_parser::depth_max)), nested(query_parser::depth_max));
  EXPECT_EQ(reading_of(nested(query_parser::depth_max + 1)),
            "or: expected lists nested at most 16 deep");
  EXPECT_EQ(reading_of(nested(1'000'000)), "or: expected lists nested at most 16 deep");
}

TEST(QueryParser, TakesAsManyTermsAsTheLimitAndNoMore) {
  constexpr std::string_view too_many =
      ": expected at most 1000 fields, conditions and terms of "
      "the order in a query";
  const std::string fields = "select=" + repeated("a,", query_parser::terms_max - 1) + "a";
  EXPECT_EQ(reading_of(fields), fields);
  EXPECT_EQ(reading_of(fields + ",a"), "select" + std::string(too_many));
  EXPECT_EQ(reading_of(fields + "&b=eq.1"), "b" + std::string(too_many));
  EXPECT_EQ(reading_of(fields + "&order=b"), "order" + std::string(too_many));
  const std::string conditions =
      "or=(" + repeated("a.is.null,", query_parser::terms_max - 2) + "a.is.null";  // and the list
  EXPECT_EQ(reading_of(conditions + ")"), conditions + ")");
  EXPECT_EQ(reading_of(conditions + ",a.is.null)"), "or" + std::string(too_many));
}

// These would take minutes if any part of one were looked at once for each other part.
TEST(QueryParser, ReadsLongHostileParametersInLinearTime) {
  constexpr std::size_t many = 200'000;
  constexpr std::string_view starts[] = {"a=in.(", "or=(a.in.(", "or=(a.eq."};
  constexpr std::string_view pieces[] = {"\"", "\"a,", "\"\\\",", "(", ",", " ", "{,", "\\", "->"};
  const auto is_refused = [](const std::string& text) {
    return reading_of(text).find(": expected ") != std::string::npos;
  };
  for (const std::string_view start : starts) {
    for (const std::string_view piece : pieces)
      EXPECT_TRUE(is_refused(std::string(start) + repeated(piece, many))) << start << piece;
  }
  EXPECT_TRUE(is_refused("select=" + repeated(" ", many)));
  EXPECT_TRUE(is_refused("select=" + repeated("\"a\"->", many)));
  EXPECT_TRUE(is_refused("or=(" + repeated("not.", many)));
  EXPECT_TRUE(is_refused("or=(" + repeated("and", many)));
  EXPECT_TRUE(is_refused("or=(and" + repeated(" ", many)));
  const std::string keys = "select=a" + repeated("->b", many);
  EXPECT_TRUE(reading_of(keys) == keys);
}

TEST(QueryParser, ReadsParametersFromADocument) {
  EXPECT_EQ(reading_of_document("{}"), "");
  EXPECT_EQ(reading_of_document(R"~({"select": "a,b", "price": "gte.10", "or": "(a.eq.1)",
                                     "order": "a.desc", "limit": 5, "offset": "7"})~"),
            R"(select=a,b&price=gte.10&or=(a.eq."1")&order=a.desc.nullsfirst&limit=5&offset=7)");
  EXPECT_EQ(reading_of_document(R"({"limit": "5", "offset": 9223372036854775807})"),
            "limit=5&offset=9223372036854775807");
  EXPECT_EQ(reading_of_document(R"({"limit": 1000.0, "offset": 0})"), "limit=1000");
}

TEST(QueryParser, NamesTheMemberOfADocumentThatIsWrong) {
  constexpr std::string_view no_object =
      "body: expected an object whose members are the parameters";
  constexpr std::string_view no_limit = "limit: expected a whole number from 0 to 1000";
  EXPECT_EQ(reading_of_document("[]"), no_object);
  EXPECT_EQ(reading_of_document("null"), no_object);
  EXPECT_EQ(reading_of_document(R"("select=a")"), no_object);
  EXPECT_EQ(reading_of_document(R"({"limit": 1001})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"limit": -1})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"limit": 1.5})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"limit": 1e300})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"limit": true})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"limit": null})"), no_limit);
  EXPECT_EQ(reading_of_document(R"({"offset": 9223372036854775808})"),
            "offset: expected a whole number from 0 to 9223372036854775807");
  EXPECT_EQ(reading_of_document(R"({"a": 5})"), "a: expected a string");
  EXPECT_EQ(reading_of_document(R"({"select": ["a"]})"), "select: expected a string");
  EXPECT_EQ(reading_of_document(R"({"select": "a", "order": "a.up"})"),
            R"(order: expected .asc, .desc, .nullsfirst or .nullslast, not ".up")");
}

}  // namespace
