// The work endpoints over loopback, with every memory strategy.
#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

namespace json = boost::json;

class WorkHttp : public testing::TestWithParam<server::memory_strategy> {
 protected:
  running_server served_{[](server::config& settings) { settings.memory = GetParam(); }};
  raw_client client_{served_.port()};
};

std::string strategy_name(const testing::TestParamInfo<server::memory_strategy>& given) {
  std::string name(to_string(given.param));
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Memory, WorkHttp, testing::ValuesIn(all_strategies), strategy_name);

// Of the page's table, without its heading.
std::size_t row_count(const std::string& page) {
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = page.find("<tr><td>", at)) != page.npos; ++at) ++rows;
  return rows;
}

TEST_P(WorkHttp, AnswersItemsOfEveryCount) {
  EXPECT_EQ(client_.exchange(get("/items?count=0")).body, R"({"count":0,"items":[]})");
  EXPECT_EQ(client_.exchange(get("/items?count=2")).body,
            R"({"count":2,"items":[{"id":0,"name":"item-0","price":0,)"
            R"("tags":["red","green","blue"],"active":true,)"
            R"("nested":{"x":0,"y":0,"label":"label-0"}},)"
            R"({"id":1,"name":"item-1","price":1.25,"tags":["red","green","blue"],)"
            R"("active":false,"nested":{"x":1,"y":2,"label":"label-1"}}]})");
  const auto many = json::parse(client_.exchange(get("/items?count=5000")).body);
  EXPECT_EQ(many.at("items").as_array().size(), 5000u);
  EXPECT_EQ(many.at("items").at(4999).at("price").to_number<double>(), 6248.75);
}

TEST_P(WorkHttp, RefusesCountsThatAreNone) {
  for (const char* query : {"", "?count=", "?count=x", "?count=-1", "?count=1.5", "?count=100001",
                            "?count=99999999999999999999"}) {
    const auto answer = client_.exchange(get(std::string("/items") + query));
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    EXPECT_EQ(json::parse(answer.body).at("status").as_int64(), 400);
  }
}

TEST_P(WorkHttp, AnswersTheSameItemsByDocumentAndByWriter) {
  for (const char* count : {"0", "1", "100", "5000"}) {
    const std::string path = std::string("/items?count=") + count;
    const std::string usual = client_.exchange(get(path)).body;
    EXPECT_TRUE(client_.exchange(get(path + "&via=document")).body == usual) << count;
    const auto written = client_.exchange(get("/items?via=writer&count=" + std::string(count)));
    EXPECT_TRUE(written.body == usual) << count;
    EXPECT_EQ(written.field("Content-Type"), "application/json");
  }
}

TEST_P(WorkHttp, NamesAWayThatThereIsNot) {
  for (const char* via : {"", "Writer", "writer2", "document,writer"}) {
    const auto answer = client_.exchange(get(std::string("/items?count=1&via=") + via));
    EXPECT_EQ(answer.status, 400) << via;
    EXPECT_NE(answer.body.find("via must be document or writer"), std::string::npos) << answer.body;
  }
  EXPECT_NE(client_.exchange(get("/items?count=1&via=wrong")).body.find("wrong"),
            std::string::npos);
}

TEST_P(WorkHttp, AnswersFortunes) {
  const auto answer = client_.exchange(get("/fortunes"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(answer.body, client_.exchange(get("/fortunes?rows=12")).body);
  const auto rows = [&](const char* query) {
    return row_count(client_.exchange(get(std::string("/fortunes") + query)).body);
  };
  EXPECT_EQ(rows("?rows=0"), 1u);
  EXPECT_EQ(rows(""), 13u);
  EXPECT_EQ(rows("?rows=10000"), 10'001u);
}

TEST_P(WorkHttp, RefusesFortunesThatAreTooManyOrNone) {
  for (const char* rows : {"", "x", "-1", "1.5", "10001", "99999999999999999999"}) {
    const auto answer = client_.exchange(get(std::string("/fortunes?rows=") + rows));
    EXPECT_EQ(answer.status, 400) << rows;
    EXPECT_NE(answer.body.find("rows must be a whole number from 0 to 10000"), std::string::npos)
        << answer.body;
  }
}

TEST_P(WorkHttp, EchoesDocuments) {
  EXPECT_EQ(client_.exchange(post("/echo", " 1 ")).body, "1");
  EXPECT_EQ(client_.exchange(post("/echo", R"({"a":[1.25,"x"]})")).body, R"({"a":[1.25,"x"]})");
  std::string large = "[";
  while (large.size() < 3'000'000) large += R"({"name":"some text","values":[1,2,3.5]},)";
  large.back() = ']';
  EXPECT_EQ(client_.exchange(post("/echo", large)).body, large);
}

TEST_P(WorkHttp, SaysWhereABodyIsNotJson) {
  const auto answer = client_.exchange(post("/echo", "[1,2,}"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("at byte 5, expected a value."), std::string::npos) << answer.body;
  EXPECT_EQ(client_.exchange(post("/echo", "")).status, 400);
  EXPECT_EQ(client_.exchange(get("/json")).status, 200) << "the connection goes on";
}

}  // namespace
