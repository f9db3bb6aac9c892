// The grammar of conditions in queries, as tables: what is taken, printed back in one way, and what
// is refused, with the exact error.
#include <gtest/gtest.h>

#include "tests/support/query_reading.hpp"

namespace {

TEST(QueryConditions, ReadsComparisons) {
  check_readings({
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

TEST(QueryConditions, ReadsIsWithoutRegardToCase) {
  check_readings({
      {"a=is.null&a=is.not_null", "a=is.null&a=is.not_null"},
      {"a=is.TRUE&a=is.False&a=not.is.Unknown", "a=is.true&a=is.false&a=not.is.unknown"},
      {"a=is.", "a: expected null, not_null, true, false or unknown, not the end"},
      {"a=is.nil", R"(a: expected null, not_null, true, false or unknown, not "nil")"},
      {"a=is.nulls", R"(a: expected null, not_null, true, false or unknown, not "nulls")"},
      {"a=is.null ", R"(a: expected the end, not " ")"},
  });
}

TEST(QueryConditions, ReadsListsOfValues) {
  check_readings({
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

TEST(QueryConditions, RefusesOtherConditions) {
  check_readings({
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

TEST(QueryConditions, ReadsListsOfConditions) {
  check_readings({
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

TEST(QueryConditions, RefusesListsThatAreNone) {
  check_readings({
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

}  // namespace
