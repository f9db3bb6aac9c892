// The heap proof of queries: a warm server in arena mode lists, filters, sorts, groups and
// aggregates without one call of the heap, as JSON and as CSV, and refuses what it cannot answer
// without one. (A query that goes over its bounds ends by an exception, which the heap holds.)
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/heap_counter/heap_counter.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

struct query_case {
  const char* name;
  std::string request;
  int status;
};

std::string ask(const std::string& query, const std::string& fields = "") {
  return "GET /collections/goods?" + query + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

class QueryHeapProof : public testing::TestWithParam<query_case> {
 protected:
  static constexpr int turns = 50;

  QueryHeapProof() {
    heap_counter::exclude_this_thread();
    std::string text = "[";
    for (int i = 0; i < 2000; ++i) {
      const std::string number = std::to_string(i);
      text += R"({"id":)" + number + R"(,"name":"thing )" + number + R"(","kind":"kind )" +
              std::to_string(i % 700) + R"(","price":)" + std::to_string(i % 90) +
              R"(.25,"box":{"width":)" + number + R"(,"label":"l)" + number + R"("}},)";
    }
    text.back() = ']';
    const std::string file = folder_.write("goods.json", text);
    served_ =
        std::make_unique<running_server>([&](server::config& settings) { settings.data = {file}; });
  }

  temporary_folder folder_;
  std::unique_ptr<running_server> served_;
};

TEST_P(QueryHeapProof, CallsNoHeap) {
  const auto& [name, request, status] = GetParam();
  raw_client client(served_->port());
  for (int i = 0; i < turns; ++i) ASSERT_EQ(client.exchange(request).status, status);
  const auto before = heap_counter::counted().allocations;
  for (int i = 0; i < turns; ++i) client.exchange(request);
  EXPECT_EQ(heap_counter::counted().allocations - before, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, QueryHeapProof,
    testing::ValuesIn(std::vector<query_case>{
        {"List", ask("limit=1000"), 200},
        {"ListAsCsv", ask("limit=1000", "Accept: text/csv\r\n"), 200},
        {"Select", ask("select=id,label:box->>label&limit=500"), 200},
        {"Filter", ask("price=gt.50&name=like.*7*&id=in.(7,17,70,71)"), 200},
        {"FilterByLists", ask("or=(id.lt.10,and(price.gt.80,not.or(kind.eq.a,box->width.lt.9)))"),
         200},
        {"Count", ask("price=gt.50&limit=1", "Prefer: count=exact\r\n"), 206},
        {"Sort", ask("order=price.desc.nullslast,name&limit=50"), 200},
        {"SortByMadeText", ask("order=box->>width.desc&limit=50"), 200},
        {"Group", ask("select=kind,count(),price.avg(),name.max()&order=count.desc,kind"), 200},
        {"GroupByMadeText", ask("select=box->>width,m:box->>label.max(),count()"), 200},
        {"Aggregate", ask("select=count(),price.sum(),price.min(),name.max()"), 200},
        {"Row", "GET /collections/goods/1234 HTTP/1.1\r\nHost: a\r\n\r\n", 200},
        {"Document",
         "POST /collections/goods/query HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
         "Content-Length: 44\r\n\r\n"
         R"({"select":"id","price":"gt.50","limit":1000})",
         200},
        {"UnknownField", ask("colour=eq.red"), 400},
        {"BadNumber", ask("price=gt.cheap"), 400},
        {"BadOperator", ask("price=near.3"), 400},
        {"Behind", ask("id=lt.5&offset=9", "Prefer: count=exact\r\n"), 416},
    }),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
