// Four threads under a load that is scraped all the while: no request fails, and once it is quiet
// the totals are exact.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/request_loops.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/scraped_metrics.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using labels = std::map<std::string, std::string>;

class Threads : public testing::Test {
 protected:
  static constexpr std::size_t clients = 64;
  static constexpr std::uint64_t rounds = 50;

  // Each client sends three requests a round, of which one is not found; returns how many answers
  // were not as expected.
  std::size_t load() {
    std::vector<std::unique_ptr<raw_client>> all;
    for (std::size_t i = 0; i < clients; ++i)
      all.push_back(std::make_unique<raw_client>(served_.port()));
    std::size_t failures = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
      for (const auto& client : all)
        client->send(get("/items?count=3") + post("/echo", "[1]") + get("/nope"));
      for (const auto& client : all) {
        failures += client->receive().status != 200;
        failures += client->receive().body != "[1]";
        failures += client->receive().status != 404;
      }
    }
    return failures;
  }

  running_server served_{[](server::config& settings) { settings.threads = 4; }};
};

TEST_F(Threads, CountExactlyWhileTheyAreScraped) {
  request_loops stats(served_.port(), 1, get("/stats"));
  request_loops metrics(served_.port(), 1, get("/metrics"));
  EXPECT_EQ(load(), 0u);
  EXPECT_TRUE(wait_until([&] { return stats.answers > 20 && metrics.answers > 20; }));
  stats.stop();
  metrics.stop();
  EXPECT_EQ(stats.other_statuses + metrics.other_statuses, 0u);
  EXPECT_EQ(stats.silences + metrics.silences, 0u);
  EXPECT_EQ(stats.connections + metrics.connections, 2u);
  expect_quiet(served_);
  for (const auto& thread : served_.counted().threads())
    EXPECT_GT(thread.accepted.load(), 0u) << "the load was spread over all threads";

  constexpr double each = clients * rounds;
  raw_client client(served_.port());
  const auto read = boost::json::parse(client.exchange(get("/stats")).body);
  const auto requests = [&](const char* endpoint) {
    return read.at("endpoints").at(endpoint).at("requests").to_number<double>();
  };
  EXPECT_EQ(requests("GET /items"), each);
  EXPECT_EQ(requests("POST /echo"), each);
  EXPECT_EQ(requests("unrouted"), each);
  EXPECT_EQ(requests("GET /stats"), static_cast<double>(stats.answers));
  EXPECT_EQ(requests("GET /metrics"), static_cast<double>(metrics.answers));
  EXPECT_EQ(read.at("requests").to_number<double>(),
            3 * each + static_cast<double>(stats.answers + metrics.answers));
  EXPECT_EQ(read.at("connections").to_number<double>(), 1);

  const scraped_metrics scraped(client.exchange(get("/metrics")).body);
  const auto total = [&](const char* endpoint, const char* method, const char* code) {
    return scraped.value("arena_server_requests_total",
                         labels{{"endpoint", endpoint}, {"method", method}, {"code", code}});
  };
  EXPECT_EQ(total("GET /items", "GET", "2xx"), each);
  EXPECT_EQ(total("POST /echo", "POST", "2xx"), each);
  EXPECT_EQ(total("unrouted", "GET", "4xx"), each);
}

TEST_F(Threads, CountEachByteThatArrives) {
  EXPECT_EQ(load(), 0u);
  expect_quiet(served_);
  const std::string round = get("/items?count=3") + post("/echo", "[1]") + get("/nope");
  EXPECT_EQ(served_.total([](const auto& thread) { return thread.bytes_received.load(); }),
            clients * rounds * round.size());
  EXPECT_EQ(served_.total([](const auto& thread) { return thread.accepted.load(); }), clients);
}

}  // namespace
