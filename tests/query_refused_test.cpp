// Queries that are not answered: what a collection cannot do, and what would cost too much.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/collections/loader.hpp"
#include "tests/support/query_answers.hpp"

namespace {

using namespace server::collections;

class WrongQuery : public testing::TestWithParam<query_case> {};

TEST_P(WrongQuery, IsRefusedAndTheReasonNamesIt) {
  EXPECT_EQ(ask(goods(), GetParam().query).text, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Query, WrongQuery,
    testing::ValuesIn(std::vector<query_case>{
        {"UnknownFieldFiltered", "colour=eq.red",
         R"(There is no field "colour" in the collection "goods".)"},
        {"UnknownFieldSelected", "select=colour",
         R"(There is no field "colour" in the collection "goods".)"},
        {"UnknownFieldOrdered", "order=colour",
         R"(There is no field "colour" in the collection "goods".)"},
        {"NotANumber", "price=gt.cheap", R"(price: holds numbers, not "cheap".)"},
        {"NotAWholeNumberAtAll", "stock=in.(1,many)", R"(stock: holds whole numbers, not "many".)"},
        {"NotABoolean", "sold=eq.yes", R"(sold: holds true or false, not "yes".)"},
        {"LikeOfNumbers", "price=like.1*", "price: holds numbers; like and ilike are for texts."},
        {"TruthOfATextField", "name=is.true", "name: holds texts, which are never true."},
        {"InsideANumber", "price->a=eq.1",
         "price->a: price holds numbers, which nothing can be inside of."},
        {"SumOfTexts", "select=name.sum()",
         "select: name holds texts, of which there is no sum and no average."},
        {"TwoMembersOfOneName", "select=price.sum(),kind,stock.sum()",
         "select: two members of the answer would have the name sum; another name is given as in "
         "other:field."},
        {"GroupsOrderedByWhatIsNotSelected", "select=kind,count()&order=price",
         "order: price is not selected; groups are ordered by what is selected of them."},
    }),
    name_of);

TEST(QueryLimits, LetAQueryLookAtAsManyRowsAndNoMore) {
  const query_limits six = {.rows_max = 6, .time_max = std::chrono::minutes(1)};
  const query_limits five = {.rows_max = 5, .time_max = std::chrono::minutes(1)};
  for (const char* const query : {"kind=eq.fruit", "order=price", "select=count()"}) {
    EXPECT_EQ(ask(goods(), query, form::json, six).refused, refusal::none) << query;
    EXPECT_EQ(ask(goods(), query, form::json, five).refused, refusal::too_many_rows) << query;
  }
  EXPECT_EQ(ask(goods(), "limit=2", form::json, five).refused, refusal::none);
}

TEST(QueryLimits, EndAQueryWhenItsTimeIsOver) {
  const collection many = many_rows();
  const query_limits no_time = {.rows_max = 1'000'000, .time_max = std::chrono::milliseconds(0)};
  for (const char* const query : {"id=lt.0", "order=id.desc", "select=id,count()"})
    EXPECT_EQ(ask(many, query, form::json, no_time).refused, refusal::out_of_time) << query;
  EXPECT_EQ(ask(many, "select=count()").text, "[{\"count\":100000}]\n");
}

// Of what takes long in few rows the work counts, not the rows.
TEST(QueryLimits, EndAQueryWithinOneRow) {
  const query_limits no_time = {.rows_max = 10, .time_max = std::chrono::milliseconds(0)};
  const collection text =
      load_csv("text", "id,t\n1," + std::string(1'000'000, 'a') + "\n", "text.csv");
  const std::string much(100'000, 'a');
  for (const std::string& pattern : {"*" + much + "b*", "*_" + much + "b", "*\\" + much + "b*"}) {
    EXPECT_EQ(ask(text, "t=like." + pattern, form::json, no_time).refused, refusal::out_of_time);
    EXPECT_EQ(ask(text, "t=ilike." + pattern, form::json, no_time).refused, refusal::out_of_time);
  }
  EXPECT_EQ(ask(text, "select=id&t=like." + much + "*", form::json).text, "[{\"id\":1}]\n");
}

TEST(QueryLimits, EndAQueryThatMakesManyTexts) {
  const query_limits no_time = {.rows_max = 1000, .time_max = std::chrono::milliseconds(0)};
  std::string text = "[";
  for (int i = 0; i < 300; ++i)
    text += R"({"d":{"y":[")" + std::string(10'000, 'y') + std::to_string(i) + R"("]}},)";
  text.back() = ']';
  const collection large = load_json("large", text, "large.json");
  for (const char* query : {"order=d->>y.desc&limit=1", "d->>y=eq.1", "select=d->>y,count()"})
    EXPECT_EQ(ask(large, query, form::json, no_time).refused, refusal::out_of_time) << query;
  EXPECT_EQ(ask(large, "select=count()&d->>y=like.*299*").text, "[{\"count\":1}]\n");
}

}  // namespace
