// Queries over small collections, from their text to the answer's: what is found, in which order,
// put together how.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/collections/loader.hpp"
#include "tests/support/query_answers.hpp"

namespace {

using namespace server::collections;

class GoodsQuery : public testing::TestWithParam<query_case> {};

TEST_P(GoodsQuery, IsAnswered) {
  EXPECT_EQ(ask(goods(), GetParam().query).text, std::string(GetParam().expected) + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Query, GoodsQuery,
    testing::ValuesIn(std::vector<query_case>{
        {"WholeRows", "limit=2",
         R"([{"id":1,"name":"Apple","kind":"fruit","price":0.5,"stock":10,"sold":true},)"
         R"({"id":2,"name":"Pear","kind":"fruit","price":0.75,"stock":null,"sold":false}])"},
        {"NoRows", "id=eq.7", "[]"},
        {"LimitOfNone", "limit=0", "[]"},
        {"OffsetBehindTheEnd", "offset=7", "[]"},
        {"LastRow", "offset=5&select=id", R"([{"id":6}])"},
        {"SelectedInTheOrderAsked", "select=kind,id&limit=1", R"([{"kind":"fruit","id":1}])"},
        {"Renamed", "select=what:name&id=eq.3", R"([{"what":"Bread"}])"},
        {"SameFieldTwice", "select=id,again:id&limit=1", R"([{"id":1,"again":1}])"},
        {"Equal", "select=id&kind=eq.fruit", R"([{"id":1},{"id":2},{"id":6}])"},
        {"NotEqualLeavesNullsOut", "select=id&kind=neq.fruit", R"([{"id":3},{"id":4}])"},
        {"NegatedEqualLeavesNullsOut", "select=id&kind=not.eq.fruit", R"([{"id":3},{"id":4}])"},
        {"Greater", "select=id&price=gt.1.1", R"([{"id":3}])"},
        {"GreaterOrEqual", "select=id&price=gte.1.1", R"([{"id":3},{"id":5}])"},
        {"Less", "select=id&stock=lt.7", R"([{"id":3},{"id":6}])"},
        {"LessOrEqual", "select=id&stock=lte.7", R"([{"id":3},{"id":5},{"id":6}])"},
        {"WholeNumbersAgainstAFraction", "select=id&stock=gt.6.5",
         R"([{"id":1},{"id":4},{"id":5}])"},
        {"TextsByTheirBytes", "select=id&name=gt.Salt", R"([{"id":6}])"},
        {"In", "select=id&id=in.(5,3,9)", R"([{"id":3},{"id":5}])"},
        {"InWithQuotes", R"(select=id&name=in.("Roll, small",Salt))", R"([{"id":4},{"id":5}])"},
        {"NotIn", "select=id&kind=not.in.(fruit)", R"([{"id":3},{"id":4}])"},
        {"Like", "select=id&name=like.P*", R"([{"id":2}])"},
        {"LikeOfAnyCase", "select=id&name=ilike.P%", R"([{"id":2},{"id":6}])"},
        {"LikeOfOneCharacter", "select=id&name=like._ear", R"([{"id":2},{"id":6}])"},
        {"IsNull", "select=id&stock=is.null", R"([{"id":2}])"},
        {"IsNotNull", "select=id&kind=not.is.null&id=gt.3", R"([{"id":4},{"id":6}])"},
        {"IsTrue", "select=id&sold=is.true", R"([{"id":1},{"id":3},{"id":6}])"},
        {"IsNotTrueHasNulls", "select=id&sold=not.is.true", R"([{"id":2},{"id":4},{"id":5}])"},
        {"EqualsTrue", "select=id&sold=eq.true", R"([{"id":1},{"id":3},{"id":6}])"},
        {"AllOfSeveral", "select=id&kind=eq.fruit&price=gt.0.5", R"([{"id":2}])"},
        {"Or", "select=id&or=(id.eq.1,price.gt.3)", R"([{"id":1},{"id":3}])"},
        {"OrWithUnknown", "select=id&or=(stock.gt.8,sold.is.false)",
         R"([{"id":1},{"id":2},{"id":4},{"id":5}])"},
        {"NotOrWithUnknownIsUnknown", "select=id&not.or=(stock.gt.8,kind.eq.x)",
         R"([{"id":3},{"id":6}])"},
        {"Nested", "select=id&or=(and(id.gt.1,id.lt.3),not.and(id.lt.6,id.gt.0))",
         R"([{"id":2},{"id":6}])"},
        {"OrderedUp", "select=id&order=price",
         R"([{"id":4},{"id":1},{"id":2},{"id":5},{"id":3},{"id":6}])"},
        {"OrderedDownNullsFirst", "select=id&order=price.desc&limit=2", R"([{"id":6},{"id":3}])"},
        {"OrderedDownNullsLast", "select=id&order=price.desc.nullslast&limit=2",
         R"([{"id":3},{"id":5}])"},
        {"OrderedByTwo", "select=id&order=kind.nullsfirst,name.desc",
         R"([{"id":5},{"id":4},{"id":3},{"id":6},{"id":2},{"id":1}])"},
        {"EqualOnesStayInTheFilesOrder", "select=id&order=kind",
         R"([{"id":3},{"id":4},{"id":1},{"id":2},{"id":6},{"id":5}])"},
        {"OrderedPage", "select=id&order=id.desc&offset=2&limit=3",
         R"([{"id":4},{"id":3},{"id":2}])"},
        {"Count", "select=count()", R"([{"count":6}])"},
        {"CountOfAFieldLeavesNullsOut", "select=stock.count()", R"([{"count":5}])"},
        {"CountOfNothing", "select=count()&id=gt.9", R"([{"count":0}])"},
        {"AggregatesOfNothing", "select=price.sum(),l:price.min(),a:price.avg()&id=gt.9",
         R"([{"sum":null,"l":null,"a":null}])"},
        {"Sums", "select=stock.sum(),p:price.sum()&kind=eq.fruit", R"([{"sum":10,"p":1.25}])"},
        {"AverageOfWholeNumbers", "select=stock.avg()&kind=eq.bakery", R"([{"avg":14.5}])"},
        {"LeastAndGreatest", "select=price.min(),price.max(),n:name.min(),m:name.max()",
         R"([{"min":0.4,"max":3.25,"n":"Apple","m":"pear"}])"},
        {"Groups", "select=kind,count(),stock.sum()",
         R"([{"kind":"fruit","count":3,"sum":10},{"kind":"bakery","count":2,"sum":29},)"
         R"({"kind":null,"count":1,"sum":7}])"},
        {"GroupsOrderedByAnAggregate", "select=kind,n:count()&order=n,kind.desc",
         R"([{"kind":null,"n":1},{"kind":"bakery","n":2},{"kind":"fruit","n":3}])"},
        {"GroupsPaged", "select=kind,count()&order=kind&offset=1&limit=1",
         R"([{"kind":"fruit","count":3}])"},
        {"GroupsByTwo", "select=kind,sold,count()&id=lt.4",
         R"([{"kind":"fruit","sold":true,"count":1},{"kind":"fruit","sold":false,"count":1},)"
         R"({"kind":"bakery","sold":true,"count":1}])"},
        {"GroupsOfFilteredRows", "select=kind,count()&price=gt.0.5&order=kind",
         R"([{"kind":"bakery","count":1},{"kind":"fruit","count":1},{"kind":null,"count":1}])"},
    }),
    name_of);

class PeopleQuery : public testing::TestWithParam<query_case> {};

TEST_P(PeopleQuery, IsAnswered) {
  EXPECT_EQ(ask(people(), GetParam().query).text, std::string(GetParam().expected) + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Query, PeopleQuery,
    testing::ValuesIn(std::vector<query_case>{
        {"WholeRowsHaveWhatTheyHad", "id=gt.b&order=id",
         R"([{"id":"c","address":null,"age":41,"nick":"C\"c"},)"
         R"({"id":"d","address":{"city":5},"tags":["y"],"age":25}])"},
        {"AMemberThatIsNotThereIsNullWhereAsked", "select=id,nick&id=eq.a",
         R"([{"id":"a","nick":null}])"},
        {"Inside", "select=id,address->city",
         R"([{"id":"a","city":"Bonn"},)"
         R"({"id":"b","city":"Köln"},{"id":"c","city":null},)"
         R"({"id":"d","city":5}])"},
        {"InsideAsText", "select=address->>city&id=eq.d", R"([{"city":"5"}])"},
        {"DocumentAsText", "select=address->>city,t:tags->>0&id=eq.a",
         R"([{"city":"Bonn","t":"x"}])"},
        {"ElementFromTheEnd", "select=tags->-1&id=eq.a", R"([{"tags":"y"}])"},
        {"FilteredInside", "select=id&address->floor=gt.2", R"([{"id":"b"}])"},
        {"FilteredInsideByText", "select=id&address->>city=eq.5", R"([{"id":"d"}])"},
        {"FilteredByElement", "select=id&tags->>0=eq.y", R"([{"id":"d"}])"},
        {"OrderedInsideByNumber", "select=id&order=address->floor.desc.nullslast",
         R"([{"id":"b"},{"id":"a"},{"id":"c"},{"id":"d"}])"},
        {"OrderedInsideByText", "select=id&order=address->>floor&address->floor=not.is.null",
         R"([{"id":"b"},{"id":"a"}])"},
        {"GroupedByADocument", "select=tags,count()",
         R"([{"tags":["x","y"],"count":1},{"tags":[],"count":1},{"tags":null,"count":1},)"
         R"({"tags":["y"],"count":1}])"},
        {"GreatestText", "select=address->>city.max()", R"([{"max":"Köln"}])"},
    }),
    name_of);

TEST(QueryAnswer, KnowsItsTotalWhereItSawAllAndWhereThatIsAskedFor) {
  EXPECT_EQ(ask(goods(), "limit=2").total, 6u);
  EXPECT_EQ(ask(goods(), "kind=eq.fruit").total, 3u);
  EXPECT_EQ(ask(goods(), "kind=eq.fruit&limit=1").total, std::nullopt);
  EXPECT_EQ(ask(goods(), "kind=eq.fruit&limit=1", form::json, generous, counting::exact).total, 3u);
  EXPECT_EQ(ask(goods(), "select=kind,count()&limit=1").total, 3u);
}

TEST(QueryAnswer, IsCsvWithAHeaderLineAndQuotesWhereTheyAreNeeded) {
  EXPECT_EQ(ask(goods(), "select=id,name,kind,price&id=gte.4", form::csv).text,
            "id,name,kind,price\n4,\"Roll, small\",bakery,0.4\n5,Salt,,1.1\n6,pear,fruit,\n");
  EXPECT_EQ(ask(people(), "select=id,tags,nick&id=neq.b", form::csv).text,
            "id,tags,nick\na,\"[\"\"x\"\",\"\"y\"\"]\",\nc,,\"C\"\"c\"\nd,\"[\"\"y\"\"]\",\n");
}

TEST(QueryAnswer, FindsGroupsThatAreAsManyAsRows) {
  EXPECT_EQ(ask(many_rows(), "select=id,count()&order=id.desc&limit=1").text,
            "[{\"id\":99999,\"count\":1}]\n");
}

TEST(QueryAnswer, SumsExactlyWithin64BitsAndToTheNearestDoubleBeyond) {
  const collection large = load_csv("large",
                                    "id,n\n1,9223372036854775807\n2,9223372036854775807\n3,1\n"
                                    "4,1\n5,-1\n",
                                    "large.csv");
  EXPECT_EQ(ask(large, "select=n.sum()&id=in.(1,4,5)").text, "[{\"sum\":9223372036854775807}]\n");
  EXPECT_EQ(ask(large, "select=n.sum()&id=lte.3").text, "[{\"sum\":18446744073709551615}]\n");
  EXPECT_EQ(ask(large, "select=n.sum()&id=lte.4").text, "[{\"sum\":18446744073709551616}]\n");
}

TEST(QueryAnswer, HasNoSumBeyondADouble) {
  const collection large = load_csv("large", "n\n1e308\n1e308\n-1.5\n", "large.csv");
  EXPECT_EQ(ask(large, "select=n.sum()").text, "[{\"sum\":null}]\n");
  EXPECT_EQ(ask(large, "select=n.sum(),n.max()", form::csv).text, "sum,max\n,1e+308\n");
  EXPECT_EQ(ask(large, "select=n.avg()&n=lt.0").text, "[{\"avg\":-1.5}]\n");
}

TEST(QueryAnswer, KeepsWholeNumbersOf64BitsWithoutASign) {
  const collection large = load_json(
      "large", R"([{"n":18446744073709551615},{"n":18446744073709551614},{"n":-1},{"n":1.5}])",
      "large.json");
  EXPECT_EQ(ask(large, "select=n&order=n.desc").text,
            R"([{"n":18446744073709551615},{"n":18446744073709551614},{"n":1.5},{"n":-1}])"
            "\n");
  EXPECT_EQ(ask(large, "n=eq.18446744073709551614").text, "[{\"n\":18446744073709551614}]\n");
  EXPECT_EQ(ask(large, "n=gt.18446744073709551614").text, "[{\"n\":18446744073709551615}]\n");
  EXPECT_EQ(ask(large, "select=m:n->>x.max(),n&n=gt.2").text,
            R"([{"m":null,"n":18446744073709551615},{"m":null,"n":18446744073709551614}])"
            "\n");
}

// Each new one takes the place of the last.
TEST(QueryAnswer, KeepsTheGreatestOfTextsThatAreMade) {
  std::string text = "[";
  for (int i = 100; i < 1000; ++i)
    text += R"({"d":{"s":)" + std::to_string(i) + R"(,"g":)" + std::to_string(i % 3) + "}},";
  text.back() = ']';
  const collection many = load_json("many", text, "many.json");
  EXPECT_EQ(ask(many, "select=d->g,most:d->>s.max(),least:d->>s.min()&order=g").text,
            R"([{"g":0,"most":"999","least":"102"},{"g":1,"most":"997","least":"100"},)"
            R"({"g":2,"most":"998","least":"101"}])"
            "\n");
}

}  // namespace
