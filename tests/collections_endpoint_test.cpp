// Queries over HTTP: fields, statuses, representations and the JSON way of asking, on the data of a
// CSV file.
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

namespace json = boost::json;

std::string with_fields(std::string request, std::string_view fields) {
  return request.insert(request.find("\r\n") + 2, fields);
}

std::string ask(std::string_view query, std::string_view fields = {}) {
  return with_fields(get("/collections/numbers" + std::string(query)), fields);
}

std::string post_query(std::string_view document, std::string_view fields = {}) {
  return with_fields(post("/collections/numbers/query", document),
                     "Content-Type: application/json\r\n" + std::string(fields));
}

class CollectionsEndpoint : public testing::Test {
 protected:
  CollectionsEndpoint() { serve(1000); }

  void serve(int rows) {
    std::ofstream file(file_);
    file << "n,square,parity\n";
    for (int n = 0; n < rows; ++n)
      file << n << ',' << n * n << ',' << (n % 2 == 0 ? "even" : "odd") << '\n';
    file.close();
    served_ = std::make_unique<running_server>([this](server::config& settings) {
      settings.data = {file_};
      settings.bounds.query_rows_max = 1000;
      settings.times.query = time_max_;
    });
    client_ = std::make_unique<raw_client>(served_->port());
  }
  raw_response exchange(const std::string& request) { return client_->exchange(request); }
  std::string detail(const std::string& request, int status) {
    const raw_response answer = exchange(request);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    return json::value_to<std::string>(json::parse(answer.body).at("detail"));
  }

  temporary_folder folder_;
  std::chrono::milliseconds time_max_{1000};
  const std::string file_ = folder_.path("numbers.csv");
  std::unique_ptr<running_server> served_;
  std::unique_ptr<raw_client> client_;
};

TEST_F(CollectionsEndpoint, AnswersAQuery) {
  const raw_response answer = exchange(ask("?select=n,square&n=gt.996&order=n.desc&limit=2"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
  EXPECT_EQ(answer.body, "[{\"n\":999,\"square\":998001},{\"n\":998,\"square\":996004}]\n");
}

TEST_F(CollectionsEndpoint, ReadsPercentEncodedQueries) {
  EXPECT_EQ(exchange(ask("?select=n&parity=in.%28%22odd%22%29&limit=1")).body, "[{\"n\":1}]\n");
}

TEST_F(CollectionsEndpoint, SaysWhichRowsThoseAre) {
  EXPECT_EQ(exchange(ask("")).field("Content-Range"), "0-99/1000");
  EXPECT_EQ(exchange(ask("?offset=995")).field("Content-Range"), "995-999/1000");
  EXPECT_EQ(exchange(ask("?parity=eq.odd&limit=3")).field("Content-Range"), "0-2/*");
  EXPECT_EQ(exchange(ask("?n=lt.0")).field("Content-Range"), "*/0");
}

TEST_F(CollectionsEndpoint, CountsWhenThatIsPreferredAndTellsPartsFromTheWhole) {
  const std::string counting = "Prefer: count=exact\r\n";
  const raw_response part = exchange(ask("?parity=eq.odd&limit=3", counting));
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.field("Content-Range"), "0-2/500");
  EXPECT_EQ(exchange(ask("?n=lt.5", counting)).status, 200);
  EXPECT_EQ(exchange(ask("?n=lt.5&offset=5", counting)).status, 206);
  const raw_response behind = exchange(ask("?n=lt.5&offset=6", counting));
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(behind.field("Content-Range"), "*/5");
}

TEST_F(CollectionsEndpoint, TakesARange) {
  const raw_response rows = exchange(ask("?select=n", "Range: 10-11\r\n"));
  EXPECT_EQ(rows.status, 200);
  EXPECT_EQ(rows.body, "[{\"n\":10},{\"n\":11}]\n");
  EXPECT_EQ(exchange(ask("", "Range: items=10-10\r\n")).field("Content-Range"), "10-10/1000");
  EXPECT_EQ(exchange(ask("", "Range: 990-\r\n")).field("Content-Range"), "990-999/1000");
  EXPECT_EQ(exchange(ask("", "Range: bytes=0-1\r\n")).field("Content-Range"), "0-99/1000");
  EXPECT_EQ(detail(ask("", "Range: 11-10\r\n"), 416),
            "The last row of the range is before its first.");
}

TEST_F(CollectionsEndpoint, TakesNoRangeWhereTheQuerySaysItsPageOrIsPosted) {
  const std::string range = "Range: 1-1\r\n";
  EXPECT_EQ(exchange(ask("?limit=100", range)).field("Content-Range"), "0-99/1000");
  EXPECT_EQ(exchange(ask("?offset=0", range)).field("Content-Range"), "0-99/1000");
  EXPECT_EQ(exchange(post_query("{}", range)).field("Content-Range"), "0-99/1000");
}

TEST_F(CollectionsEndpoint, TakesAPreferenceAsItMayBeWritten) {
  const auto status = [this](const std::string& prefer) {
    return exchange(ask("?limit=1", "Prefer: " + prefer + "\r\n")).status;
  };
  for (const char* counts : {"count=exact", "COUNT = exact", "count=\"exact\"", "count=exact; x=1",
                             "return=minimal, count=exact"})
    EXPECT_EQ(status(counts), 206) << counts;
  for (const char* does_not : {"count", "count=planned", "count=\"exact", "counts=exact"})
    EXPECT_EQ(status(does_not), 200) << does_not;
}

TEST_F(CollectionsEndpoint, IsCsvForThoseWhoWantThat) {
  const raw_response rows = exchange(ask("?n=lt.2", "Accept: text/csv\r\n"));
  EXPECT_EQ(rows.status, 200);
  EXPECT_EQ(rows.field("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(rows.field("Vary"), "Accept, Prefer, Range");
  EXPECT_EQ(rows.body, "n,square,parity\n0,0,even\n1,1,odd\n");
}

TEST_F(CollectionsEndpoint, ChoosesByTheQualityOfWhatIsAccepted) {
  const auto type = [this](const std::string& accept) {
    return exchange(ask("?limit=1", "Accept: " + accept + "\r\n")).field("Content-Type");
  };
  EXPECT_EQ(type("*/*"), "application/json");
  EXPECT_EQ(type("text/*"), "text/csv; charset=utf-8");
  EXPECT_EQ(type("text/csv;q=0.5, application/json;q=0.4"), "text/csv; charset=utf-8");
  EXPECT_EQ(type("text/csv, */*;q=0.1"), "text/csv; charset=utf-8");
  EXPECT_EQ(type("application/json;q=0, */*"), "text/csv; charset=utf-8");
  EXPECT_EQ(type("text/csv;q=0.1, text/csv;q=0.9, application/json;q=0.5"),
            "text/csv; charset=utf-8");
  EXPECT_EQ(type("text/csv;q=1e-1, application/json;q=0.01"), "application/json");
  EXPECT_EQ(type("text/csv;q=.5, application/json;q=0.01"), "application/json");
  EXPECT_EQ(detail(ask("", "Accept: image/png\r\n"), 406),
            "There is application/json and text/csv.");
}

TEST_F(CollectionsEndpoint, SendsNothingToThoseWhoHaveIt) {
  const raw_response first = exchange(ask("?limit=1"));
  const std::string tag = first.field("ETag");
  ASSERT_FALSE(tag.empty());
  const raw_response again = client_->exchange(
      ask("?limit=1", "If-None-Match: \"other\", " + tag + "\r\n"), raw_client::content::none);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.field("ETag"), tag);
  EXPECT_EQ(exchange(ask("?limit=1", "If-None-Match: \"other\"\r\n")).body, first.body);
  EXPECT_NE(exchange(ask("?limit=1", "Accept: text/csv\r\n")).field("ETag"), tag);
  serve(999);
  EXPECT_NE(exchange(ask("?limit=1")).field("ETag"), tag);
}

TEST_F(CollectionsEndpoint, GivesEachQuestionATagOfItsOwn) {
  const std::string tag = exchange(ask("?select=n")).field("ETag");
  EXPECT_EQ(exchange(ask("?select=n")).field("ETag"), tag);
  EXPECT_NE(exchange(ask("?select=n&limit=2")).field("ETag"), tag);
  EXPECT_NE(exchange(ask("?select=n", "Range: 0-1\r\n")).field("ETag"), tag);
  EXPECT_NE(exchange(ask("?select=n", "Prefer: count=exact\r\n")).field("ETag"), tag);
}

TEST_F(CollectionsEndpoint, AnswersWhatIsWrongEvenToThoseWhoHaveItAll) {
  const std::string any = "If-None-Match: *\r\n";
  EXPECT_EQ(exchange(ask("?colour=eq.red", any)).status, 400);
  EXPECT_EQ(exchange(ask("?offset=1001", any + "Prefer: count=exact\r\n")).status, 416);
  EXPECT_EQ(exchange(post_query("{}", any)).status, 200);
  EXPECT_EQ(client_->exchange(ask("?limit=1", any), raw_client::content::none).status, 304);
}

TEST_F(CollectionsEndpoint, TakesTheQueryAsADocument) {
  const raw_response rows = exchange(post_query(
      R"q({"select":"parity,n:count(),square.max()","n":"gte.990","order":"parity","limit":10})q"));
  EXPECT_EQ(rows.status, 200);
  EXPECT_EQ(rows.body,
            "[{\"parity\":\"even\",\"n\":5,\"max\":996004},{\"parity\":\"odd\",\"n\":5,\"max\":"
            "998001}]\n");
  EXPECT_EQ(exchange(post_query("{}", "Accept: text/csv\r\n")).body.substr(0, 16),
            "n,square,parity\n");
}

TEST_F(CollectionsEndpoint, RefusesDocumentsThatAreNoQuery) {
  EXPECT_EQ(exchange(post_query("[]")).status, 400);
  EXPECT_EQ(exchange(post_query(R"({"limit":true})")).status, 400);
  EXPECT_EQ(exchange(post_query(R"({"limit":)")).status, 400);
  EXPECT_EQ(exchange(with_fields(post("/collections/numbers/query", "{}"),
                                 "Content-Type: text/plain\r\n"))
                .status,
            415);
}

TEST_F(CollectionsEndpoint, NamesWhatIsWrongWithAQuery) {
  EXPECT_EQ(detail(ask("?colour=eq.red"), 400),
            "There is no field \"colour\" in the collection \"numbers\".");
  EXPECT_EQ(detail(ask("?n=gt.many"), 400), "n: holds whole numbers, not \"many\".");
  EXPECT_EQ(detail(ask("?n=gt.%ff"), 400), "The query is not UTF-8.");
  EXPECT_NE(detail(ask("?limit=1001"), 400).find("limit"), std::string::npos);
  EXPECT_NE(detail(ask("?n=near.5"), 400).find("eq"), std::string::npos);
}

TEST_F(CollectionsEndpoint, RefusesAQueryOverMoreRowsThanAllowed) {
  EXPECT_EQ(exchange(ask("?n=lt.0")).status, 200);
  serve(1001);
  EXPECT_EQ(detail(ask("?n=lt.0"), 422),
            "The query looks at more than 1000 rows, the most that this server allows.");
  EXPECT_EQ(exchange(ask("?offset=1000")).status, 200);
}

TEST_F(CollectionsEndpoint, RefusesAQueryThatTakesTooLong) {
  time_max_ = std::chrono::milliseconds(0);
  serve(1000);
  std::string conditions = "n.lt.0";
  for (int i = 0; i < 400; ++i) conditions += ",n.lt.0";
  const std::string slow = ask("?or=(" + conditions + ")");
  EXPECT_EQ(detail(slow, 503),
            "The query takes longer than 0 ms, the most that this server allows.");
  EXPECT_EQ(exchange(slow).field("Retry-After"), "1");
  EXPECT_EQ(exchange(ask("?limit=1")).status, 200);
}

TEST_F(CollectionsEndpoint, ListsCollectionsWithTheirFields) {
  EXPECT_EQ(exchange(get("/collections")).body,
            R"({"collections":[{"name":"numbers","rows":1000,"id":"n","fields":[)"
            R"({"name":"n","type":"integer"},{"name":"square","type":"integer"},)"
            R"({"name":"parity","type":"text"}],"href":"/collections/numbers"}]})"
            "\n");
}

TEST_F(CollectionsEndpoint, ShowsOneRow) {
  const raw_response row = exchange(get("/collections/numbers/31"));
  EXPECT_EQ(row.status, 200);
  EXPECT_EQ(row.body, "{\"n\":31,\"square\":961,\"parity\":\"odd\"}\n");
  EXPECT_EQ(exchange(get("/collections/numbers/1000")).status, 404);
}

}  // namespace
