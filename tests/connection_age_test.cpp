// Connections end with a response, once they are old enough, so that clients which keep theirs for
// ever are spread anew over replicas that came later.
#include <chrono>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

auto of_age(milliseconds most) {
  return [most](server::config& settings) { settings.times.connection_age = most; };
}

// Asks until the server ends the connection; how old it was then.
clock::duration age_at_the_end(const running_server& served) {
  const auto begin = clock::now();
  raw_client client(served.port());
  raw_response answer;
  do {
    answer = client.exchange(get("/json"));
    EXPECT_EQ(answer.status, 200);
  } while (answer.status == 200 && answer.field("Connection") != "close");
  EXPECT_TRUE(client.is_closed());
  return clock::now() - begin;
}

TEST(ConnectionAge, EndsAConnectionWithAWholeResponse) {
  const running_server served(of_age(milliseconds(500)));
  EXPECT_GE(age_at_the_end(served), milliseconds(450)) << "nine tenths";
}

TEST(ConnectionAge, DiffersFromConnectionToConnection) {
  std::set<clock::time_point> moments;
  server::config settings;
  settings.times.connection_age = milliseconds(20'000);
  server::router routes;
  server::ops::readiness ready;
  arena::memory_budget budget(1 << 20, 1 << 20);
  server::shared_state shared{settings, routes, ready, budget, nullptr};
  server::ops::statistics counted;
  server::service one(shared, counted.add_thread(routes));
  for (int i = 0; i < 100; ++i) moments.insert(one.retirement());
  EXPECT_GT(moments.size(), 50u);
  EXPECT_GE(*moments.begin(), one.now() + milliseconds(18'000));
  EXPECT_LE(*moments.rbegin(), one.now() + milliseconds(20'000));
}

TEST(ConnectionAge, EndsNoConnectionThatIsYounger) {
  const running_server served(of_age(milliseconds(3'600'000)));
  raw_client client(served.port());
  for (int i = 0; i < 1000; ++i)
    ASSERT_NE(client.exchange(get("/json")).field("Connection"), "close");
}

TEST(ConnectionAge, EndsNoConnectionWhereItIsNought) {
  const running_server served(of_age(milliseconds(0)));
  raw_client client(served.port());
  for (int i = 0; i < 1000; ++i)
    ASSERT_NE(client.exchange(get("/json")).field("Connection"), "close");
}

}  // namespace
