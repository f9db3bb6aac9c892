// Handlers that answer on other threads, many at once: for ThreadSanitizer above all.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/completers.hpp"
#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

TEST(LaterHandlers, RunInManyOnTwoThreads) {
  completers others;
  running_server served([](server::config& settings) { settings.threads = 2; },
                        [&](server::router& routes) {
                          routes.get("/elsewhere", [&](const server::request&, server::response& to,
                                                       server::completion done) {
                            others.run([&to, done = std::move(done)]() mutable {
                              to.body().append("elsewhere");
                              done();
                            });
                          });
                        });
  std::vector<std::unique_ptr<raw_client>> all;
  for (int i = 0; i < 32; ++i) all.push_back(std::make_unique<raw_client>(served.port()));
  for (int round = 0; round < 10; ++round) {
    for (const auto& client : all) client->send(get("/elsewhere") + get("/json"));
    for (const auto& client : all) {
      EXPECT_EQ(client->receive().body, "elsewhere");
      EXPECT_EQ(client->receive().status, 200);
    }
  }
  all.clear();
  expect_quiet(served);
}

// The answers need blocks beyond an arena's first, while the connections' threads serve others.
class LargeLaterAnswers : public testing::TestWithParam<server::memory_strategy> {};

TEST_P(LargeLaterAnswers, MayBeBuiltOnOtherThreads) {
  completers others;
  running_server served(
      [](server::config& settings) {
        settings.threads = 2;
        settings.memory = GetParam();
      },
      [&](server::router& routes) {
        routes.get("/large",
                   [&](const server::request&, server::response& to, server::completion done) {
                     others.run([&to, done = std::move(done)]() mutable {
                       for (int i = 0; i < 300; ++i) to.body().append(std::string(1000, 'x'));
                       done();
                     });
                   });
      });
  std::vector<std::unique_ptr<raw_client>> all;
  for (int i = 0; i < 32; ++i) all.push_back(std::make_unique<raw_client>(served.port()));
  for (int round = 0; round < 5; ++round) {
    for (const auto& client : all) client->send(get("/large") + get("/items?count=100"));
    for (const auto& client : all) {
      EXPECT_EQ(client->receive().body, std::string(300'000, 'x'));
      EXPECT_EQ(client->receive().status, 200);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Memory,
    LargeLaterAnswers,  // Not pool: its one resource a thread is the connection's thread's alone.
    testing::Values(server::memory_strategy::arena, server::memory_strategy::heap,
                    server::memory_strategy::new_delete, server::memory_strategy::monotonic),
    [](const auto& given) {
      std::string name(to_string(given.param));
      std::erase(name, '-');
      return name;
    });

}  // namespace
