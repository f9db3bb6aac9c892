// The real server stops: SIGTERM, SIGINT, a second signal.
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/request_loops.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;

int status_of(const served_process& served, std::string_view path) {
  return raw_client(served.port()).exchange(get(path)).status;
}

// A connection of which the server has read a part of a request: the thread that answers the other
// one has been here before, since it is the only one.
std::unique_ptr<raw_client> in_the_middle_of(const std::string& part,
                                             const served_process& served) {
  auto client = std::make_unique<raw_client>(served.port());
  client->send(part);
  EXPECT_EQ(status_of(served, "/plaintext"), 200);
  return client;
}

// Until the first signal has been taken, which the log says.
bool was_signalled(served_process& served) {
  return wait_until([&] { return served.child().errors().find("signal") != std::string::npos; });
}

const child_setup no_delay = {.environment = {"ARENA_SERVER_DRAIN_DELAY=0"}};

TEST(ProcessStop, LosesNoAcceptedRequestUnderLoad) {
  for (const char* delay : {"0", "0", "0", "0", "300ms"}) {
    served_process served({"--threads", "2"},
                          {.environment = {std::string("ARENA_SERVER_DRAIN_DELAY=") + delay}});
    request_loops clients(served.port(), 8, get("/items?count=100"));
    ASSERT_TRUE(wait_until([&] { return clients.answers > 500; }));
    served.child().signal(SIGTERM);
    EXPECT_EQ(served.child().wait(), 0);
    clients.wait_for_the_end();
    EXPECT_EQ(clients.other_statuses, 0u);
    EXPECT_EQ(clients.cut, 0u);
    EXPECT_EQ(clients.resets, 0u) << "a request was there, and nobody read it";
    EXPECT_EQ(clients.silences, 0u);
    EXPECT_LE(clients.idle_ends, 8u) << "at most the last of each client";
    EXPECT_LE(clients.unserved_connections, 8u) << "at most the last of each client";
  }
}

TEST(ProcessStop, AnswersEveryRequestThatHasBegun) {
  served_process served({"--threads", "1"}, no_delay);
  const std::string whole = post("/echo", "[1,2,3]");
  const std::vector<std::size_t> places = {1, 20, whole.size() - 8, whole.size() - 1};
  std::vector<std::unique_ptr<raw_client>> begun;
  for (const std::size_t place : places)
    begun.push_back(in_the_middle_of(whole.substr(0, place), served));
  served.child().signal(SIGTERM);
  ASSERT_TRUE(was_signalled(served));
  for (std::size_t i = 0; i < places.size(); ++i) {
    const raw_response answer = begun[i]->exchange(whole.substr(places[i]));
    EXPECT_EQ(answer.body, "[1,2,3]") << places[i] << " bytes were sent before the signal";
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(begun[i]->is_closed());
  }
  begun.clear();
  EXPECT_EQ(served.child().wait(), 0);
}

TEST(ProcessStop, EndsThoughNobodyIsConnected) {
  for (const int signal : {SIGTERM, SIGINT}) {
    served_process served({"--drain-delay", "0"});
    served.child().signal(signal);
    EXPECT_EQ(served.child().wait(seconds(5)), 0);
  }
}

TEST(ProcessStop, SaysThatItIsNotReadyWhileItStillAnswers) {
  served_process served({"--drain-delay", "3s"});
  ASSERT_EQ(status_of(served, "/readyz"), 200);
  const auto begin = clock::now();
  served.child().signal(SIGTERM);
  ASSERT_TRUE(wait_until([&] { return status_of(served, "/readyz") == 503; }, seconds(2)));
  EXPECT_EQ(status_of(served, "/livez"), 200);
  EXPECT_EQ(status_of(served, "/json"), 200);
  EXPECT_EQ(served.child().wait(seconds(10)), 0);
  EXPECT_GE(clock::now() - begin, milliseconds(2900));
}

TEST(ProcessStop, SendsClientsElsewhereDuringTheDrainDelay) {
  served_process served({"--drain-delay", "3s"});
  raw_client earlier(served.port());
  ASSERT_EQ(earlier.exchange(get("/json")).field("Connection"), "");
  served.child().signal(SIGTERM);
  ASSERT_TRUE(was_signalled(served));
  const raw_response kept = earlier.exchange(get("/json"));
  EXPECT_EQ(kept.status, 200) << "an idle connection lives until the listeners close";
  EXPECT_EQ(kept.field("Connection"), "close");
  const raw_response fresh = raw_client(served.port()).exchange(get("/json"));
  EXPECT_EQ(fresh.status, 200);
  EXPECT_EQ(fresh.field("Connection"), "close");
}

TEST(ProcessStop, HasNoDelayOnSigint) {
  served_process served({"--drain-delay", "30s"});
  ASSERT_EQ(status_of(served, "/json"), 200);
  served.child().signal(SIGINT);
  EXPECT_EQ(served.child().wait(seconds(10)), 0);
}

TEST(ProcessStop, EndsAtOnceOnASecondSignal) {
  served_process served({"--threads", "1", "--drain-timeout", "60s"}, no_delay);
  const auto stuck = in_the_middle_of("GET /json HT", served);
  served.child().signal(SIGTERM);
  ASSERT_TRUE(was_signalled(served));
  std::this_thread::sleep_for(milliseconds(700));  // within half a second both would be one signal
  ASSERT_TRUE(served.child().is_running());
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(seconds(5)), -SIGTERM);
  EXPECT_TRUE(stuck->is_closed());
}

TEST(ProcessStop, EndsAtOnceOnASecondSignalDuringTheDrainDelay) {
  served_process served({"--drain-delay", "60s"});
  served.child().signal(SIGTERM);
  ASSERT_TRUE(was_signalled(served));
  std::this_thread::sleep_for(milliseconds(700));
  ASSERT_TRUE(served.child().is_running());
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(seconds(5)), -SIGTERM);
}

TEST(ProcessStop, TakesTwoSignalsInQuickSuccessionForOne) {
  served_process served({"--threads", "1"}, no_delay);
  const auto begun = in_the_middle_of("GET /json HT", served);
  served.child().signal(SIGTERM);
  ASSERT_TRUE(was_signalled(served));
  served.child().signal(SIGTERM);
  EXPECT_EQ(begun->exchange("TP/1.1\r\nHost: h\r\n\r\n").status, 200);
  begun->shut_down();
  EXPECT_EQ(served.child().wait(), 0);
}

TEST(ProcessStop, CutsStuckConnectionsAtTheDrainTimeout) {
  served_process served({"--threads", "1", "--drain-timeout", "500ms"}, no_delay);
  const auto stuck = in_the_middle_of("GET /json HT", served);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(seconds(10)), 0);
  EXPECT_TRUE(stuck->is_closed());
}

}  // namespace
