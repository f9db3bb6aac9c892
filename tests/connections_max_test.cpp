// The bound on connections, in the test's process: exact however they come, and its counts. How the
// process behaves at it is in tests/process_limits_test.cpp.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using server::full_policy;
using clients = std::vector<std::unique_ptr<raw_client>>;

class ConnectionsMax : public testing::TestWithParam<unsigned> {
 protected:
  void serve(std::size_t most, full_policy policy) {
    served_ = std::make_unique<running_server>([&](server::config& settings) {
      settings.threads = GetParam();
      settings.connections_max = most;
      settings.when_full = policy;
    });
  }
  clients asking(int count) {
    clients all;
    for (int i = 0; i < count; ++i) {
      all.push_back(std::make_unique<raw_client>(served_->port()));
      all.back()->send(get("/json"));
    }
    return all;
  }
  std::uint64_t refused() const {
    return served_->total([](const auto& thread) { return thread.refused.load(); });
  }
  std::uint64_t accepted() const {
    return served_->total([](const auto& thread) { return thread.accepted.load(); });
  }

  std::unique_ptr<running_server> served_;
};

INSTANTIATE_TEST_SUITE_P(Threads, ConnectionsMax, testing::Values(1u, 2u));

TEST_P(ConnectionsMax, IsExactWhereTheOthersAreRefused) {
  serve(20, full_policy::refuse);
  const clients all = asking(50);
  std::size_t answered = 0;
  for (const auto& client : all) {
    const raw_response answer = client->receive();
    answered += answer.status == 200;
    if (answer.status == 200) continue;
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.field("Retry-After"), "1");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client->is_closed());
  }
  EXPECT_EQ(answered, 20u);
  EXPECT_EQ(accepted(), 20u);
  EXPECT_EQ(refused(), 30u);
}

TEST_P(ConnectionsMax, IsExactWhereTheOthersWait) {
  serve(20, full_policy::wait);
  clients waiting = asking(50);
  while (!waiting.empty()) {
    const std::size_t expected = std::min<std::size_t>(20, waiting.size());
    clients answered;
    EXPECT_TRUE(wait_until([&] {
      std::erase_if(waiting, [&](auto& client) {
        if (!client->hears_within(std::chrono::milliseconds(0))) return false;
        EXPECT_EQ(client->receive().status, 200);
        answered.push_back(std::move(client));
        return true;
      });
      return answered.size() >= expected;
    }));
    // They stay, so that the others wait.
    EXPECT_EQ(answered.size(), expected);
    EXPECT_LE(open_connections(*served_), 20u);
    // The ends of the last round's need not all have been seen yet.
    EXPECT_TRUE(wait_until([&] { return open_connections(*served_) == expected; }));
    ASSERT_FALSE(answered.empty());
  }
  EXPECT_EQ(accepted(), 50u);
  EXPECT_EQ(refused(), 0u);
}

TEST_P(ConnectionsMax, IsKeptInAStormThatComesFromManySides) {
  serve(8, full_policy::refuse);
  std::atomic<bool> storming = true;
  std::atomic<std::size_t> others = 0;
  std::vector<std::thread> storm;
  for (int i = 0; i < 16; ++i) {
    storm.emplace_back([&] {
      try {
        while (storming) {
          raw_client client(served_->port());
          const int status = client.exchange(get("/json")).status;
          // A refused one may be closed without a word, if too many are being told.
          others += status != 200 && status != 503 && status != 0;
        }
      } catch (const std::exception&) {
        ++others;
      }
    });
  }
  EXPECT_TRUE(wait_until([&] { return refused() > 1000 && accepted() > 1000; }));
  storming = false;
  for (std::thread& each : storm) each.join();
  EXPECT_EQ(others, 0u);
  EXPECT_TRUE(wait_until([&] { return open_connections(*served_) == 0; }));
  // Every place came back, and none twice.
  const clients all = asking(9);
  std::size_t answered = 0;
  for (const auto& client : all) answered += client->receive().status == 200;
  EXPECT_EQ(answered, 8u);
}

TEST_P(ConnectionsMax, MoreAreClosedThanAreTold) {
  serve(1, full_policy::refuse);
  raw_client first(served_->port());
  ASSERT_EQ(first.exchange(get("/json")).status, 200);
  // They stay, and so do not let the server be done with them.
  clients all;
  for (int i = 0; i < 700; ++i) all.push_back(std::make_unique<raw_client>(served_->port()));
  EXPECT_TRUE(wait_until([&] { return refused() == 700; }));
  std::size_t told = 0;
  for (const auto& client : all) {
    const int status = client->receive().status;
    EXPECT_TRUE(status == 503 || status == 0) << status;
    told += status == 503;
  }
  EXPECT_GE(told, 256u);
  EXPECT_EQ(first.exchange(get("/json")).status, 200);
  all.clear();
  EXPECT_TRUE(wait_until([&] { return open_connections(*served_) == 1; }));
}

}  // namespace
