// The grammar of queries, as tables: what is taken, printed back in one way, and what is refused,
// with the exact error.
#include "server/collections/query_parser.hpp"

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "tests/support/query_text.hpp"

namespace {

using namespace server::collections;

// What the parser makes of the parameters: the query in one text, or its error.
std::string reading_of(const query_parameters& parameters) {
  arena::testing::checking_resource memory;
  query_parser parser(&memory);
  for (const auto& [name, value] : parameters) {
    if (!parser.take(name, value)) return std::string(parser.error());
  }
  return joined(parameters_of(parser.parsed()));
}

std::string reading_of(std::string_view text) {
  return reading_of(split_parameters(text));
}

std::string reading_of_document(std::string_view text) {
  const boost::json::value document = boost::json::parse(text);
  arena::testing::checking_resource memory;
  query_parser parser(&memory);
  if (!parser.take_document(document)) return std::string(parser.error());
  return joined(parameters_of(parser.parsed()));
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  while (times-- > 0) all += text;
  return all;
}

struct example {
  std::string_view given;
  std::string_view read;
};

template <std::size_t Count>
void check(const example (&examples)[Count]) {
  for (const auto& [given, read] : examples) {
    EXPECT_EQ(reading_of(given), read) << given;
    // What was taken is taken again, and means the same.
    if (read.find(": expected ") == std::string_view::npos) {
      EXPECT_EQ(reading_of(read), read);
    }
  }
}

TEST(query_parser, reads_which_fields_are_selected) {
  check({
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

TEST(query_parser, reads_aggregates) {
  check({
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

TEST(query_parser, refuses_what_cannot_be_selected) {
  check({
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

TEST(query_parser, reads_comparisons) {
  check({
      {"a=eq.1", "a=eq.1"},
      {"a=neq.1&a=gt.2&a=gte.3&a=lt.4&a=lte.5", "a=neq.1&a=gt.2&a=gte.3&a=lt.4&a=lte.5"},
      {"a=like.*x_%", "a=like.*x_%"},
      {"a=ilike.\\%", "a=ilike.\\%"},
      {"a=not.eq.1", "a=not.eq.1"},
      {"a=eq.", "a=eq."},
      {"a=eq. 1 ", "a=eq. 1 "},
      {"a=eq.not.eq.1", "a=eq.not.eq.1"},
      {R"(a=eq."1")", R"(a=eq."1")"},
      {"a=eq.(1,2)", "a=eq.(1,2)"},
      {"tags->0=not.eq.red", "tags->0=not.eq.red"},
      {" a->>b =eq.1", "a->>b=eq.1"},
      {R"("a.b"=eq.1)", R"("a.b"=eq.1)"},
      {R"("select"=eq.1&"or"=eq.2)", R"("select"=eq.1&"or"=eq.2)"},
      {"not=eq.1", "not=eq.1"},
  });
}

TEST(query_parser, reads_is_without_regard_to_case) {
  check({
      {"a=is.null&a=is.not_null", "a=is.null&a=is.not_null"},
      {"a=is.TRUE&a=is.False&a=not.is.Unknown", "a=is.true&a=is.false&a=not.is.unknown"},
      {"a=is.", "a: expected null, not_null, true, false or unknown, not the end"},
      {"a=is.nil", R"(a: expected null, not_null, true, false or unknown, not "nil")"},
      {"a=is.nulls", R"(a: expected null, not_null, true, false or unknown, not "nulls")"},
      {"a=is.null ", R"(a: expected the end, not " ")"},
  });
}

TEST(query_parser, reads_lists_of_values) {
  check({
      {"a=in.()", "a=in.()"},
      {"a=in.(1)", R"(a=in.("1"))"},
      {"a=in.( 1, 2 ) ", R"(a=in.("1"," 2 "))"},
      {"a=in.(x,\"y,z\",\"(w)\")", R"~(a=in.("x","y,z","(w)"))~"},
      {R"(a=in.("say \"hi\"","\\"))", R"(a=in.("say \"hi\"","\\"))"},
      {"a=in.(,)", R"(a=in.("",""))"},
      {R"(a=in.(""))", R"(a=in.(""))"},
      {"a=not.in.(1,2)", R"(a=not.in.("1","2"))"},
      // Quotes that do not end where the value does are a part of it, as PostgREST has it.
      {R"(a=in.("a"b,c"d,"e))", R"(a=in.("\"a\"b","c\"d","\"e"))"},
      {"a=in.1,2", R"(a: expected values in parentheses, not "1,2")"},
      {"a=in.(1", "a: expected a comma or ), not the end"},
      {"a=in.(1)2", R"(a: expected the end, not "2")"},
  });
}

TEST(query_parser, refuses_other_conditions) {
  check({
      {"a",
       "a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., "
       "not the end"},
      {"a=5", R"(a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not "5")"},
      {"a=eq",
       R"(a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not "eq")"},
      {"a=EQ.1",
       R"(a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not "EQ.1")"},
      {"a=fts.cat",
       R"(a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not "fts.cat")"},
      {"a=eq(any).{1,2}",
       "a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., "
       R"(not "eq(any).{1,2}")"},
      {"a=not.not.eq.1",
       "a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., "
       R"(not "not.eq.1")"},
      {"a= eq.1",
       R"(a: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not " eq.1")"},
      {"=eq.1", R"("": expected the name of a field, not the end)"},
      {"a.b=eq.1",
       R"(a.b: expected the name of a field, in quotes if it holds any of .,:(), not ".b")"},
      {"a.or=(b.eq.1)",
       R"(a.or: expected the name of a field, in quotes if it holds any of .,:(), not ".or")"},
      {"\"a=eq.1", R"("a: expected a closing quote, not ""a")"},
  });
}

TEST(query_parser, reads_lists_of_conditions) {
  check({
      {"or=(a.eq.1,b.lt.2)", R"(or=(a.eq."1",b.lt."2"))"},
      {"and=(a.eq.1)", R"(and=(a.eq."1"))"},
      {"not.or=(a.eq.1,b.is.null)", R"(not.or=(a.eq."1",b.is.null))"},
      {"not.and=( a.not.eq.1 , b.not.in.(1,2) )", R"(not.and=(a.not.eq."1 ",b.not.in.("1","2")))"},
      {"or=(a.eq.1,and(b.gt.2,not.or(c.eq.3,d.eq.4)))",
       R"(or=(a.eq."1",and(b.gt."2",not.or(c.eq."3",d.eq."4"))))"},
      {"or=(and (a.eq.1),not.and\t( b.eq.2 ))", R"(or=(and(a.eq."1"),not.and(b.eq."2 ")))"},
      {R"~(or=(a.eq."x,y)",b.like.*z*))~", R"~(or=(a.eq."x,y)",b.like."*z*"))~"},
      {R"(or=("a.b"->c.eq.1, "d" .eq.))", R"(or=("a.b"->c.eq."1",d.eq.""))"},
      {R"(or=(a.eq."b"c,a.eq."b"))", R"(or=(a.eq."\"b\"c",a.eq."b"))"},
      {"or=(a.eq.{1,2},b.eq.{3,c.eq.{)", R"(or=(a.eq."{1,2}",b.eq."{3",c.eq."{"))"},
      // Fields that are called like a list's parts.
      {"or=(and.eq.1,or.eq.2,not.eq.3,android.eq.4)",
       R"(or=(and.eq."1",or.eq."2",not.eq."3",android.eq."4"))"},
      {"or=(a.eq.1)&or=(b.eq.2)", R"(or=(a.eq."1")&or=(b.eq."2"))"},
  });
}

TEST(query_parser, refuses_lists_that_are_none) {
  check({
      {"or=", "or: expected conditions in parentheses, not the end"},
      {"or=a.eq.1", R"(or: expected conditions in parentheses, not "a.eq.1")"},
      {"or=()", R"~(or: expected the name of a field, not ")")~"},
      {"or=(a.eq.1", "or: expected a comma or ), not the end"},
      {"or=(a.eq.1,)", R"~(or: expected the name of a field, not ")")~"},
      {"or=(a.eq.1))", R"~(or: expected the end, not ")")~"},
      {"or=(a)", R"~(or: expected a dot and a condition behind the field, not ")")~"},
      {"or=(a.b.eq.1)",
       R"~(or: expected eq., neq., gt., gte., lt., lte., like., ilike., in. or is., not "b.eq.1)")~"},
      {"or=(not.xor(a.eq.1))",
       "or: expected eq., neq., gt., gte., lt., lte., like., ilike., in. "
       R"~(or is., not "xor(a.eq.1))")~"},
      {"or=(a.is.null2)", R"~(or: expected a comma or ), not "2)")~"},
      {"not.not.or=(a.eq.1)",
       "not.not.or: expected the name of a field, in quotes if it holds any of .,:(), "
       R"(not ".not.or")"},
  });
}

TEST(query_parser, reads_orders_and_places_nulls_as_postgresql_does) {
  check({
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

TEST(query_parser, reads_pages_within_their_limits) {
  check({
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

TEST(query_parser, shows_of_what_was_sent_forty_bytes_and_printable_ones_alone) {
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

TEST(query_parser, takes_lists_nested_as_deep_as_the_limit_and_no_deeper) {
  EXPECT_EQ(reading_of(nested(query_parser::depth_max)), nested(query_parser::depth_max));
  EXPECT_EQ(reading_of(nested(query_parser::depth_max + 1)),
            "or: expected lists nested at most 16 deep");
  EXPECT_EQ(reading_of(nested(1'000'000)), "or: expected lists nested at most 16 deep");
}

TEST(query_parser, takes_as_many_terms_as_the_limit_and_no_more) {
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

// Each of these would take an hour if any part of it were looked at once for every other part.
TEST(query_parser, reads_long_hostile_parameters_in_linear_time) {
  constexpr std::size_t many = 2'000'000;
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

TEST(query_parser, reads_parameters_from_a_document) {
  EXPECT_EQ(reading_of_document("{}"), "");
  EXPECT_EQ(reading_of_document(R"~({"select": "a,b", "price": "gte.10", "or": "(a.eq.1)",
                                     "order": "a.desc", "limit": 5, "offset": "7"})~"),
            R"(select=a,b&price=gte.10&or=(a.eq."1")&order=a.desc.nullsfirst&limit=5&offset=7)");
  EXPECT_EQ(reading_of_document(R"({"limit": "5", "offset": 9223372036854775807})"),
            "limit=5&offset=9223372036854775807");
  EXPECT_EQ(reading_of_document(R"({"limit": 1000.0, "offset": 0})"), "limit=1000");
}

TEST(query_parser, names_the_member_of_a_document_that_is_wrong) {
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
