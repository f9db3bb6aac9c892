// Good requests over loopback, with every memory strategy. The default pmr resource is null, so
// that a container that forgot its allocator fails at once.
#include <atomic>
#include <chrono>
#include <memory_resource>
#include <new>
#include <regex>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include "server/error_response.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

namespace json = boost::json;

const auto* const forget_default_resource =
    std::pmr::set_default_resource(std::pmr::null_memory_resource());

class Http : public testing::TestWithParam<server::memory_strategy> {
 protected:
  running_server served_{[](server::config& settings) { settings.memory = GetParam(); }};
  raw_client client_{served_.port()};
};

std::string strategy_name(const testing::TestParamInfo<server::memory_strategy>& given) {
  std::string name(to_string(given.param));
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Memory, Http, testing::ValuesIn(all_strategies), strategy_name);

TEST_P(Http, AnswersPlaintextWithTheFieldsOfBenchmarks) {
  const auto answer = client_.exchange(get("/plaintext"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "Hello, World!");
  EXPECT_EQ(answer.field("Content-Type"), "text/plain");
  EXPECT_EQ(answer.field("Server"), "arena-server");
  EXPECT_TRUE(std::regex_match(answer.field("Date"),
                               std::regex(R"(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)")));
}

TEST_P(Http, AnswersJson) {
  const auto answer = client_.exchange(get("/json"));
  EXPECT_EQ(answer.body, R"({"message":"Hello, World!"})");
  EXPECT_EQ(answer.field("Content-Type"), "application/json");
}

TEST_P(Http, JoinsChunkedBodies) {
  EXPECT_EQ(client_
                .exchange("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\n[1,\r\n2;x=y\r\n2]\r\n0\r\nTrailer: t\r\n\r\n")
                .body,
            "[1,2]");
}

TEST_P(Http, AnswersPipelinedRequestsInOrder) {
  std::string requests;
  for (int i = 0; i < 100; ++i) {
    requests += get("/items?count=" + std::to_string(i % 4));
    requests += post("/echo", std::to_string(i));
  }
  client_.send(requests);
  for (int i = 0; i < 100; ++i) {
    const auto items = json::parse(client_.receive().body);
    EXPECT_EQ(items.at("count").as_int64(), i % 4);
    EXPECT_EQ(client_.receive().body, std::to_string(i));
  }
}

TEST_P(Http, AnswersTheSameHoweverARequestIsCut) {
  const std::string request = "\r\n" + post("/echo", R"({"k":[1,2,3]})") + get("/plaintext");
  raw_client other(served_.port());
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    client_.send(request.substr(0, cut));
    other.exchange(get("/json"));  // when it is answered, the first part has been read
    client_.send(request.substr(cut));
    EXPECT_EQ(client_.receive().body, R"({"k":[1,2,3]})");
    EXPECT_EQ(client_.receive().body, "Hello, World!");
  }
}

TEST_P(Http, AnswersHeadWithTheFieldsOfGetAlone) {
  const auto answer =
      client_.exchange("HEAD /json HTTP/1.1\r\nHost: h\r\n\r\n", raw_client::content::none);
  EXPECT_EQ(answer.field("Content-Length"), "27");
  EXPECT_EQ(client_.exchange(get("/plaintext")).body, "Hello, World!");
}

TEST_P(Http, AnswersUnknownPathsAndMethods) {
  EXPECT_EQ(client_.exchange(get("/nope")).status, 404);
  const auto wrong_method = client_.exchange("DELETE /echo HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(wrong_method.status, 405);
  EXPECT_EQ(wrong_method.field("Allow"), "POST, OPTIONS");
  EXPECT_EQ(client_.exchange("BREW / HTTP/1.1\r\nHost: h\r\n\r\n").status, 501);
}

TEST_P(Http, ClosesWhenItIsAskedTo) {
  const auto answer =
      client_.exchange("GET /json HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(client_.is_closed());
}

TEST_P(Http, ServesHttp10WithAndWithoutKeepAlive) {
  const auto kept = client_.exchange("GET /json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.field("Connection"), "keep-alive");
  EXPECT_EQ(client_.exchange("GET /json HTTP/1.0\r\n\r\n").field("Connection"), "close");
  EXPECT_TRUE(client_.is_closed());
}

TEST_P(Http, AnswersAClientThatHasShutDownItsSide) {
  client_.send(get("/plaintext"));
  client_.shut_down();
  EXPECT_EQ(client_.receive().body, "Hello, World!");
  EXPECT_TRUE(client_.is_closed());
}

TEST_P(Http, InvitesABodyThatWaits) {
  client_.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client_.receive(raw_client::content::none).status, 100);
  EXPECT_EQ(client_.exchange("[1]").body, "[1]");
}

TEST_P(Http, InvitesNoBodyOfAnOldClient) {
  client_.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client_.exchange("[1]").body, "[1]");
}

TEST_P(Http, LetsTheClientReadTheLastResponseThoughItSendsMore) {
  const std::string body = "\"" + std::string(200'000, 'b') + "\"";
  for (int i = 0; i < 20; ++i) {
    raw_client client(served_.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 200002\r\n\r\n" +
        body + "\r\n");
    EXPECT_EQ(client.receive().body, body);
  }
}

TEST_P(Http, SendsALargeAnswerToASlowReader) {
  client_.send(get("/items?count=100000") + get("/plaintext"));
  // Meanwhile others are answered: the rest of the large answer waits for its reader.
  raw_client other(served_.port());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(other.exchange(get("/json")).status, 200);
  const auto answer = client_.receive();
  EXPECT_EQ(json::parse(answer.body).at("items").as_array().size(), 100'000u);
  EXPECT_EQ(client_.receive().body, "Hello, World!");
}

TEST_P(Http, ServesTheSampleCollection) {
  const auto all = json::parse(client_.exchange(get("/collections")).body);
  const auto name = json::value_to<std::string>(all.at("collections").at(0).at("name"));
  const auto rows =
      json::parse(client_.exchange(get("/collections/" + name + "?limit=2&offset=1")).body);
  ASSERT_EQ(rows.as_array().size(), 2u);
  const auto id = std::to_string(rows.at(0).at("id").as_int64());
  EXPECT_EQ(json::parse(client_.exchange(get("/collections/" + name + "/" + id)).body), rows.at(0));
  EXPECT_EQ(client_.exchange(get("/collections/" + name + "/none")).status, 404);
  EXPECT_EQ(client_.exchange(get("/collections/none")).status, 404);
  EXPECT_EQ(client_.exchange(get("/collections/" + name + "?limit=x")).status, 400);
}

TEST_P(Http, CountsInStats) {
  for (int i = 0; i < 5; ++i) client_.exchange(get("/items?count=10"));
  client_.exchange(get("/nope"));
  const auto stats = json::parse(client_.exchange(get("/stats")).body);
  EXPECT_EQ(stats.at("requests").as_int64(), 6);
  EXPECT_EQ(stats.at("connections").as_int64(), 1);
  EXPECT_EQ(stats.at("endpoints").at("GET /items").at("requests").as_int64(), 5);
  EXPECT_EQ(stats.at("endpoints").at("unrouted").at("requests").as_int64(), 1);
  if (GetParam() != server::memory_strategy::arena) return;
  const auto& bytes = stats.at("endpoints").at("GET /items").at("arena_bytes");
  EXPECT_GT(bytes.at("p50").as_int64(), 1000);
  EXPECT_LE(bytes.at("p50").as_int64(), bytes.at("p99").as_int64());
  EXPECT_LE(bytes.at("p99").as_int64(), bytes.at("max").as_int64());
}

TEST(HttpCollections, ServesIsoCodes) {
  running_server served([](server::config& settings) {
    settings.data = {"/usr/share/iso-codes/json/iso_3166-1.json"};
  });
  raw_client client(served.port());
  const auto rows = json::parse(client.exchange(get("/collections/iso_3166-1?limit=2")).body);
  ASSERT_EQ(rows.as_array().size(), 2u);
  EXPECT_EQ(rows.at(0).at("alpha_2"), "AW");
  const auto france = json::parse(client.exchange(get("/collections/iso_3166-1/FR")).body);
  EXPECT_EQ(france.at("name"), "France");
}

TEST(HttpPipeline, AnswersNoMoreLargeRequestsThanTheClientReads) {
  std::atomic<int> answered = 0;
  running_server served([](server::config&) {},
                        [&](server::router& routes) {
                          // More than the socket buffers of both sides take.
                          routes.get("/large", [&](const server::request&, server::response& to) {
                            const std::string piece(1 << 20, 'x');
                            for (int i = 0; i < 64; ++i) to.body().append(piece);
                            ++answered;
                          });
                        });
  raw_client client(served.port());
  std::string requests;
  for (int i = 0; i < 4; ++i) requests += get("/large");
  client.send(requests);
  raw_client other(served.port());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(other.exchange(get("/json")).status, 200);
  EXPECT_EQ(answered, 1);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.receive().body.size(), 64u << 20);
  EXPECT_EQ(answered, 4);
}

TEST(HttpPipeline, GivesEachHeaderItsOwnTime) {
  running_server served(
      [](server::config& settings) { settings.times.header = std::chrono::milliseconds(400); });
  raw_client client(served.port());
  const std::string request = get("/plaintext");
  client.send(request.substr(0, 20));
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  while (std::chrono::steady_clock::now() < until) {
    // Each send ends one request and begins the next.
    client.send(request.substr(20) + request.substr(0, 20));
    ASSERT_EQ(client.receive().status, 200);
  }
}

TEST(HttpHandlers, TurnExceptionsIntoErrorsAndGoOn) {
  running_server served(
      [](server::config& settings) { settings.request_memory_max_bytes = 256 << 10; },
      [](server::router& routes) {
        routes.get("/throws", [](const server::request&, server::response& to) {
          to.body().append("half an answer");
          throw std::runtime_error("on purpose");
        });
        routes.get("/throws-a-number", [](const server::request&, server::response&) { throw 42; });
        routes.get("/greedy", [](const server::request& asked, server::response&) {
          for (;;) (void)asked.memory()->allocate(1000);
        });
        routes.get("/full", [](const server::request& asked, server::response& to) {
          to.body().commit(to.body().prepare(1).size());  // no room for the head behind it either
          try {
            for (;;) (void)asked.memory()->allocate(8, 8);
          } catch (const std::bad_alloc&) {
          }
        });
      });
  raw_client client(served.port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.exchange(get("/throws")).status, 500);
    EXPECT_EQ(client.exchange(get("/throws-a-number")).status, 500);
    EXPECT_EQ(client.exchange(get("/greedy")).status, 503);
    EXPECT_EQ(client.exchange(get("/full")).status, 503);
    EXPECT_EQ(client.exchange(get("/json")).status, 200);
  }
}

TEST(HttpHandlers, SeeTheRequestAndBuildTheResponse) {
  running_server served([](server::config&) {},
                        [](server::router& routes) {
                          routes.get("/users/{id}",
                                     [](const server::request& asked, server::response& to) {
                                       std::pmr::vector<std::string_view> words(asked.memory());
                                       words.push_back(asked.path_parameter("id"));
                                       words.push_back(asked.query_parameter("q").value_or("-"));
                                       words.push_back(asked.field("x-tag").value_or("-"));
                                       to.status(server::http::status::created)
                                           .field("X-Reply", "yes")
                                           .content_type("text/plain");
                                       for (const auto word : words) to.body().append(word);
                                     });
                        });
  raw_client client(served.port());
  const auto answer =
      client.exchange("GET /users/a%20b?q=c%2Bd+e HTTP/1.1\r\nHost: h\r\nX-Tag: t\r\n\r\n");
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.field("X-Reply"), "yes");
  EXPECT_EQ(answer.body, "a bc+d et");
}

}  // namespace
