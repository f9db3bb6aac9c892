// Starting, timing out, stopping.
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

using std::chrono::milliseconds;

TEST(ServerLife, ServesOnSeveralThreads) {
  running_server served([](server::config& settings) { settings.threads = 4; });
  std::vector<std::unique_ptr<raw_client>> clients;
  for (int i = 0; i < 64; ++i) clients.push_back(std::make_unique<raw_client>(served.port()));
  for (int round = 0; round < 5; ++round) {
    for (const auto& client : clients) client->send(get("/items?count=3"));
    for (const auto& client : clients) EXPECT_EQ(client->receive().status, 200);
  }
  std::size_t busy = 0;
  for (const auto& thread : served.counted().threads()) busy += thread.connections.load() > 0;
  EXPECT_GT(busy, 1u);
}

TEST(ServerLife, RunsAnActionOnceOnEachThread) {
  running_server served([](server::config& settings) { settings.threads = 4; });
  std::mutex mutex;
  std::multiset<std::thread::id> threads;
  served.http().on_each_thread([&] {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(threads.size(), 4u);
  EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), 4u);
  EXPECT_EQ(threads.count(std::this_thread::get_id()), 0u);
}

TEST(ServerLife, ThrowsWhatAnActionThrewAndGoesOn) {
  running_server served;
  EXPECT_THROW(served.http().on_each_thread([] { throw std::runtime_error("on purpose"); }),
               std::runtime_error);
  EXPECT_EQ(raw_client(served.port()).exchange(get("/json")).status, 200);
}

TEST(ServerLife, RefusesAPortThatIsTaken) {
  running_server first;
  EXPECT_THROW(running_server([&](server::config& settings) { settings.port = first.port(); }),
               std::exception);
}

TEST(ServerLife, EndsIdleConnectionsAfterTheirTimeout) {
  running_server served([](server::config& settings) { settings.times.idle = milliseconds(300); });
  raw_client silent(served.port());
  EXPECT_TRUE(silent.is_closed());
  raw_client once(served.port());
  EXPECT_EQ(once.exchange(get("/json")).status, 200);
  EXPECT_TRUE(once.is_closed());
}

TEST(ServerLife, EndsConnectionsThatSendEmptyLinesOnly) {
  running_server served([](server::config& settings) { settings.times.idle = milliseconds(500); });
  raw_client dripping(served.port());
  raw_client other(served.port());
  EXPECT_EQ(other.exchange(get("/json")).status, 200);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (served.counted().threads().front().connections.load() > 1 &&
         std::chrono::steady_clock::now() < until) {
    dripping.send("\r\n");
    EXPECT_EQ(other.exchange(get("/json")).status, 200);
  }
  EXPECT_LT(std::chrono::steady_clock::now(), until);
  EXPECT_FALSE(dripping.send("\r\n") && dripping.exchange(get("/json")).status == 200);
}

TEST(ServerLife, AnswersRequestsThatDoNotArriveInTime) {
  running_server served([](server::config& settings) {
    settings.times.header = milliseconds(300);
    settings.times.body = milliseconds(300);
  });
  raw_client header(served.port());
  header.send("GET /json HTTP/1.1\r\nHo");
  EXPECT_EQ(header.receive().status, 408);
  EXPECT_TRUE(header.is_closed());
  raw_client body(served.port());
  body.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n[1,");
  EXPECT_EQ(body.receive().status, 408);
  EXPECT_TRUE(body.is_closed());
}

TEST(ServerLife, CutsReadersThatTakeNothing) {
  running_server served([](server::config& settings) { settings.times.write = milliseconds(300); },
                        [](server::router& routes) {
                          // More than the socket buffers of both sides take.
                          routes.get("/large", [](const server::request&, server::response& to) {
                            const std::string piece(1 << 20, 'x');
                            for (int i = 0; i < 64; ++i) to.body().append(piece);
                          });
                        });
  raw_client stuck(served.port());
  stuck.send(get("/large"));
  raw_client watcher(served.port());
  EXPECT_EQ(watcher.exchange(get("/plaintext")).status, 200) << "both are accepted now";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (served.counted().threads().front().connections.load() > 1 &&
         std::chrono::steady_clock::now() < until)
    EXPECT_EQ(watcher.exchange(get("/plaintext")).status, 200);
  EXPECT_EQ(stuck.receive().status, 0) << "the response was cut";
}

TEST(ServerLife, DrainsIdleConnectionsAtOnce) {
  running_server served([](server::config& settings) { settings.threads = 2; });
  raw_client client(served.port());
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
  served.http().drain();
  EXPECT_TRUE(client.hears_within(milliseconds(1500))) << "before it is cut, after 2 s";
  EXPECT_TRUE(client.is_closed());
  client.shut_down();
  served.http().wait();
  EXPECT_THROW(raw_client late(served.port()), std::exception);
}

TEST(ServerLife, WaitsForNoSilentClientWhenDraining) {
  running_server served;
  raw_client client(served.port());
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
  served.http().drain();
  served.http().wait();  // though the client's side stays open
  EXPECT_TRUE(client.is_closed());
}

TEST(ServerLife, ResetsNoRequestThatCrossesTheDrainOfItsConnection) {
  running_server served;
  raw_client client(served.port());
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
  served.http().drain();
  EXPECT_TRUE(client.is_closed());
  client.send(get("/json"));
  client.send(get("/json"));  // a reset by the first would fail this one
  EXPECT_TRUE(client.is_closed()) << "an end, not a reset";
  client.shut_down();
  served.http().wait();
}

TEST(ServerLife, FinishesARequestThatIsOnItsWayWhenDraining) {
  running_server served;
  raw_client client(served.port());
  const std::string request = post("/echo", "[1,2,3]");
  client.send(request.substr(0, request.size() - 3));
  // Only when the server has read the first part is the request on its way.
  raw_client(served.port()).exchange(get("/json"));
  served.http().drain();
  client.send(request.substr(request.size() - 3));
  const auto answer = client.receive();
  EXPECT_EQ(answer.body, "[1,2,3]");
  EXPECT_EQ(answer.field("Connection"), "close");
  client.shut_down();
  served.http().wait();
}

TEST(ServerLife, AnswersWhatWaitsInTheBacklogWhenDraining) {
  std::promise<void> entered;
  std::promise<void> released;
  running_server served([](server::config&) {},
                        [&](server::router& routes) {
                          routes.get("/hold", [&](const server::request&, server::response&) {
                            entered.set_value();
                            released.get_future().wait();
                          });
                        });
  raw_client holder(served.port());
  holder.send(get("/hold"));
  entered.get_future().wait();  // the only thread is busy: nobody accepts
  std::vector<std::unique_ptr<raw_client>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<raw_client>(served.port()));
    waiting.back()->send(get("/json"));
  }
  served.http().drain();
  released.set_value();
  for (const auto& client : waiting) {
    EXPECT_EQ(client->receive().status, 200);
    client->shut_down();
  }
  holder.shut_down();
  served.http().wait();
}

TEST(ServerLife, CutsConnectionsAtTheDrainTimeout) {
  running_server served([](server::config& settings) { settings.times.drain = milliseconds(300); });
  raw_client stuck(served.port());
  stuck.send("GET /json HTTP/1.1\r\n");
  raw_client(served.port()).exchange(get("/json"));
  served.http().drain();
  served.http().wait();
  EXPECT_TRUE(stuck.is_closed());
}

}  // namespace
