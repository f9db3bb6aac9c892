// The heap proof: a warm server in arena mode answers without one call of the heap, on any of its
// threads, whatever the request and however it ends.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/heap_counter/heap_counter.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using content = raw_client::content;

std::string document_of(std::size_t bytes) {
  std::string text = "[";
  while (text.size() < bytes) text += R"({"name":"some text","values":[1,2,3.5],"flag":true},)";
  text.back() = ']';
  return text;
}

std::string repeated(const std::string& request, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += request;
  return all;
}

// How often each turn is taken, to warm up and then to count.
constexpr int turns = 500;

// Allocating calls on all threads but the test's own during the turns, after as many to warm up.
std::uint64_t calls_for(const std::function<void()>& turn) {
  for (int i = 0; i < turns; ++i) turn();
  const auto before = heap_counter::counted().allocations;
  for (int i = 0; i < turns; ++i) turn();
  return heap_counter::counted().allocations - before;
}

class HeapProof : public testing::Test {
 protected:
  HeapProof() { heap_counter::exclude_this_thread(); }

  void serve(
      const std::function<void(server::config&)>& adjust = [](server::config&) {},
      const std::function<void(server::router&)>& extend = [](server::router&) {}) {
    served_ = std::make_unique<running_server>(adjust, extend);
  }

  // Of requests on one connection.
  std::uint64_t calls_for_request(const std::string& request, int status,
                                  content body = content::expected) {
    if (!served_) serve();
    raw_client client(served_->port());
    return calls_for([&] { EXPECT_EQ(client.exchange(request, body).status, status); });
  }

  // Of `count` requests in one write.
  std::uint64_t calls_for_pipeline(int count) {
    if (!served_) serve();
    raw_client client(served_->port());
    const std::string requests = repeated(get("/json"), count);
    return calls_for([&] {
      client.send(requests);
      for (int i = 0; i < count; ++i) EXPECT_EQ(client.receive().status, 200);
    });
  }

  // Of connections of one request each, after which the server closes. Some of them at once come
  // before, so that a slow end of one does not make the next the first of its kind.
  std::uint64_t calls_for_connections(const std::string& request, int status) {
    if (!served_) serve();
    std::vector<std::unique_ptr<raw_client>> at_once;
    for (int i = 0; i < 64; ++i) at_once.push_back(std::make_unique<raw_client>(served_->port()));
    for (const auto& each : at_once) EXPECT_EQ(each->exchange(request).status, status);
    at_once.clear();
    return calls_for([&] {
      raw_client client(served_->port());
      EXPECT_EQ(client.exchange(request).status, status);
      EXPECT_TRUE(client.is_closed());
    });
  }

  std::unique_ptr<running_server> served_;
};

TEST_F(HeapProof, PlaintextCallsNoHeap) {
  EXPECT_EQ(calls_for_request(get("/plaintext"), 200), 0u);
}

TEST_F(HeapProof, JsonCallsNoHeap) {
  EXPECT_EQ(calls_for_request(get("/json"), 200), 0u);
}

TEST_F(HeapProof, ItemsCallNoHeapEitherWay) {
  for (const char* way : {"", "&via=document", "&via=writer"})
    EXPECT_EQ(calls_for_request(get(std::string("/items?count=100") + way), 200), 0u) << way;
  EXPECT_EQ(calls_for_request(get("/items?count=1000&via=writer"), 200), 0u);
  EXPECT_EQ(calls_for_request(get("/items?count=1&via=wrong"), 400), 0u);
}

TEST_F(HeapProof, FortunesCallNoHeap) {
  EXPECT_EQ(calls_for_request(get("/fortunes"), 200), 0u);
  EXPECT_EQ(calls_for_request(get("/fortunes?rows=1000"), 200), 0u);
  EXPECT_EQ(calls_for_request(get("/fortunes?rows=10001"), 400), 0u);
}

TEST_F(HeapProof, EchoCallsNoHeap) {
  EXPECT_EQ(calls_for_request(post("/echo", document_of(1000)), 200), 0u);
  EXPECT_EQ(calls_for_request(post("/echo", document_of(100'000)), 200), 0u);
}

TEST_F(HeapProof, CollectionsCallNoHeap) {
  EXPECT_EQ(calls_for_request(get("/collections/cities?limit=5"), 200), 0u);
}

// The counter counts: the same requests from the heap make thousands of calls.
TEST_F(HeapProof, CountsTheCallsOfHeapMode) {
  serve([](server::config& settings) { settings.memory = server::memory_strategy::heap; });
  EXPECT_GT(calls_for_request(get("/items?count=100"), 200), 100u * turns);
  EXPECT_GE(calls_for_request(get("/fortunes"), 200), 3u * turns);
}

TEST_F(HeapProof, UnknownPathsAndMethodsCallNoHeap) {
  EXPECT_EQ(calls_for_request(get("/nope"), 404), 0u);
  EXPECT_EQ(calls_for_request(post("/json", "[1]"), 405), 0u);
  EXPECT_EQ(calls_for_request("OPTIONS /json HTTP/1.1\r\nHost: h\r\n\r\n", 204), 0u);
  EXPECT_EQ(calls_for_request("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 204), 0u);
  EXPECT_EQ(calls_for_request("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501), 0u);
}

TEST_F(HeapProof, MalformedRequestsCallNoHeap) {
  EXPECT_EQ(calls_for_connections("nonsense\r\n\r\n", 400), 0u);
  EXPECT_EQ(calls_for_connections("GET / HTTP/1.1\r\n\r\n", 400), 0u);
}

TEST_F(HeapProof, BodiesThatAreTooLargeCallNoHeap) {
  EXPECT_EQ(calls_for_connections(
                "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n", 413),
            0u);
}

TEST_F(HeapProof, DocumentsThatAreNoneCallNoHeap) {
  EXPECT_EQ(calls_for_request(post("/echo", "[1,2,}"), 400), 0u);
}

TEST_F(HeapProof, HeadCallsNoHeap) {
  const std::string request = "HEAD /items?count=100 HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(calls_for_request(request, 200, content::none), 0u);
}

TEST_F(HeapProof, ChunkedBodiesCallNoHeap) {
  EXPECT_EQ(calls_for_request("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3\r\n[1,\r\n2;x=y\r\n2]\r\n0\r\nTrailer: t\r\n\r\n",
                              200),
            0u);
}

TEST_F(HeapProof, PipelinesCallNoHeap) {
  EXPECT_EQ(calls_for_pipeline(16), 0u);
  EXPECT_EQ(calls_for_pipeline(100), 0u);
}

TEST_F(HeapProof, ExpectationsCallNoHeap) {
  serve();
  raw_client client(served_->port());
  EXPECT_EQ(calls_for([&] {
              client.send(
                  "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                  "Content-Length: 3\r\n\r\n");
              EXPECT_EQ(client.receive(content::none).status, 100);
              EXPECT_EQ(client.exchange("[1]").status, 200);
            }),
            0u);
}

TEST_F(HeapProof, ConnectionsThatComeAndGoCallNoHeap) {
  EXPECT_EQ(calls_for_connections("GET /json HTTP/1.0\r\n\r\n", 200), 0u);
}

TEST_F(HeapProof, ConnectionsOnSeveralThreadsCallNoHeap) {
  serve([](server::config& settings) { settings.threads = 2; });
  EXPECT_EQ(calls_for_connections("GET /json HTTP/1.0\r\n\r\n", 200), 0u);
}

TEST_F(HeapProof, RefusedConnectionsCallNoHeap) {
  serve([](server::config& settings) { settings.connections_max = 1; });
  raw_client only(served_->port());
  EXPECT_EQ(only.exchange(get("/json")).status, 200);
  EXPECT_EQ(calls_for_connections("", 503), 0u);
}

TEST_F(HeapProof, RequestsLargerThanTheFirstReadCallNoHeap) {
  const std::string field = "X-A: " + std::string(6000, 'a') + "\r\n";
  EXPECT_EQ(calls_for_request("GET /json HTTP/1.1\r\nHost: h\r\n" + field + "\r\n", 200), 0u);
}

TEST_F(HeapProof, OperationsCallNoHeap) {
  for (const char* path : {"/stats", "/livez", "/readyz"})
    EXPECT_EQ(calls_for_request(get(path), 200), 0u) << path;
}

TEST_F(HeapProof, TheAccessLogCallsNoHeap) {
  const temporary_folder folder;
  serve([&](server::config& settings) { settings.access_log = folder.path("access"); });
  EXPECT_EQ(calls_for_request(get("/items?count=3"), 200), 0u);
  EXPECT_EQ(calls_for_request(get("/nope"), 404), 0u);
  served_.reset();
  EXPECT_NE(folder.read("access").find("\"GET /nope HTTP/1.1\" 404"), std::string::npos);
}

TEST_F(HeapProof, MiddlewareCallsNoHeap) {
  serve([](server::config&) {},
        [](server::router& routes) {
          routes.before([](server::request& asked, server::response& to) {
            if (!asked.field("X-Stop")) return server::verdict::go_on;
            to.status(server::http::status::forbidden);
            return server::verdict::answered;
          });
          routes.after([](const server::request& asked, server::response& to) {
            to.field("X-Path", asked.path());
          });
        });
  EXPECT_EQ(calls_for_request(get("/json"), 200), 0u);
  EXPECT_EQ(calls_for_request("GET /json HTTP/1.1\r\nHost: h\r\nX-Stop: 1\r\n\r\n", 403), 0u);
}

TEST_F(HeapProof, AnswersByCompletionInsideTheHandlerCallNoHeap) {
  serve([](server::config&) {},
        [](server::router& routes) {
          routes.get("/now",
                     [](const server::request&, server::response& to, server::completion done) {
                       to.body().append("now");
                       done();
                     });
        });
  EXPECT_EQ(calls_for_request(get("/now"), 200), 0u);
}

TEST_F(HeapProof, AnswersByCompletionLaterCallNoHeap) {
  std::optional<server::completion> held;
  serve([](server::config&) {},
        [&](server::router& routes) {
          routes.get("/hold",
                     [&](const server::request&, server::response& to, server::completion done) {
                       to.body().append("later");
                       held.emplace(std::move(done));
                     });
          routes.get("/release", [&](const server::request&, server::response&) {
            (*held)();
            held.reset();
          });
        });
  raw_client waiting(served_->port());
  raw_client other(served_->port());
  EXPECT_EQ(calls_for([&] {
              waiting.send(get("/hold"));
              EXPECT_EQ(other.exchange(get("/json")).status, 200);  // the first is held by now
              EXPECT_EQ(other.exchange(get("/release")).status, 200);
              EXPECT_EQ(waiting.receive().body, "later");
            }),
            0u);
}

}  // namespace
