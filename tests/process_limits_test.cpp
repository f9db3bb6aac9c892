// The real server at its limits: descriptors and connections.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;
using clients = std::vector<std::unique_ptr<raw_client>>;

std::size_t lines_with(const std::string& text, const std::string& log) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = log.find(text, at)) != log.npos; at += text.size()) ++count;
  return count;
}

// Connects, asks and is answered, again and again, until one hears nothing; that one comes last.
clients fill(const served_process& served) {
  clients all;
  do {
    all.push_back(std::make_unique<raw_client>(served.port()));
    all.back()->send(get("/json"));
  } while (all.size() < 200 && all.back()->hears_within(milliseconds(500)) &&
           all.back()->receive().status == 200);
  return all;
}

bool answers_within_a_second(raw_client& client) {
  client.send(get("/json"));
  return client.hears_within(seconds(1)) && client.receive().status == 200;
}

TEST(ProcessDescriptors, RunningOutHarmsOnlyThoseWhoCannotBeAccepted) {
  served_process served({"--threads", "1"}, {.descriptors_max = 64});
  clients established = fill(served);
  ASSERT_GT(established.size(), 20u);
  ASSERT_LT(established.size(), 64u);
  clients waiting;
  waiting.push_back(std::move(established.back()));
  established.pop_back();
  for (int i = 0; i < 10; ++i) {
    waiting.push_back(std::make_unique<raw_client>(served.port()));
    waiting.back()->send(get("/json"));
  }
  const auto begin = clock::now();
  const std::size_t logged_before = lines_with("accept", served.child().errors());
  while (clock::now() - begin < seconds(4)) {
    for (const auto& client : established) ASSERT_TRUE(answers_within_a_second(*client));
  }
  const std::size_t logged = lines_with("accept", served.child().errors()) - logged_before;
  EXPECT_GE(logged, 1u);
  EXPECT_LE(logged, 6u) << served.child().errors();
  established.clear();
  for (const auto& client : waiting) {
    ASSERT_TRUE(client->hears_within(seconds(10)));
    EXPECT_EQ(client->receive().status, 200);
  }
}

TEST(ProcessDescriptors, AreClosedWithTheirConnections) {
  served_process served;
  const std::size_t before = served.open_descriptors();
  for (int round = 0; round < 3; ++round) {
    clients some;
    for (int i = 0; i < 50; ++i) {
      some.push_back(std::make_unique<raw_client>(served.port()));
      EXPECT_EQ(some.back()->exchange(get("/json")).status, 200);
    }
    EXPECT_EQ(served.open_descriptors(), before + 50);
    some.clear();
    EXPECT_TRUE(wait_until([&] { return served.open_descriptors() == before; }));
  }
}

// The bound is one for all threads together.
class ProcessConnections : public testing::TestWithParam<const char*> {
 protected:
  clients two_of(const served_process& served) {
    clients two;
    for (int i = 0; i < 2; ++i) {
      two.push_back(std::make_unique<raw_client>(served.port()));
      EXPECT_EQ(two.back()->exchange(get("/json")).status, 200);
    }
    return two;
  }
};

INSTANTIATE_TEST_SUITE_P(Threads, ProcessConnections, testing::Values("1", "2", "4"),
                         [](const auto& threads) { return std::string(threads.param); });

TEST_P(ProcessConnections, AreRefusedAboveTheBound) {
  served_process served(
      {"--threads", GetParam(), "--connections-max", "2", "--when-full", "refuse"});
  clients two = two_of(served);
  for (int i = 0; i < 5; ++i) {
    raw_client third(served.port());
    third.send(get("/json"));
    const raw_response refusal = third.receive();
    EXPECT_EQ(refusal.status, 503);
    EXPECT_NE(refusal.field("Retry-After"), "");
    EXPECT_EQ(refusal.field("Connection"), "close");
    EXPECT_TRUE(third.is_closed());
    EXPECT_FALSE(third.was_reset());
  }
  for (const auto& client : two) EXPECT_EQ(client->exchange(get("/json")).status, 200);
  two.pop_back();
  EXPECT_TRUE(wait_until([&] {
    return raw_client(served.port()).exchange(get("/json")).status == 200;
  })) << "there is room again";
}

TEST_P(ProcessConnections, AreRefusedAboveTheBoundThoughTheySendNothing) {
  served_process served(
      {"--threads", GetParam(), "--connections-max", "2", "--when-full", "refuse"});
  clients two = two_of(served);
  raw_client silent(served.port());
  ASSERT_TRUE(silent.hears_within(seconds(5)));
  EXPECT_EQ(silent.receive().status, 503);
  EXPECT_TRUE(silent.is_closed());
}

TEST_P(ProcessConnections, WaitAboveTheBound) {
  served_process served({"--threads", GetParam(), "--connections-max", "2", "--when-full", "wait"});
  clients two = two_of(served);
  clients waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::make_unique<raw_client>(served.port()));
    waiting.back()->send(get("/json"));
  }
  for (int i = 0; i < 100; ++i) {
    for (const auto& client : two) EXPECT_EQ(client->exchange(get("/json")).status, 200);
  }
  for (const auto& client : waiting) EXPECT_FALSE(client->hears_within(milliseconds(100)));
  two.clear();
  // Each leaves when it has been answered, which makes room for the next.
  const auto answered_one_leaves = [&] {
    std::erase_if(waiting, [](const auto& client) {
      return client->hears_within(milliseconds(0)) && client->receive().status == 200;
    });
    return waiting.empty();
  };
  EXPECT_TRUE(wait_until(answered_one_leaves));
}

}  // namespace
