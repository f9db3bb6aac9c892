// Handlers that answer later: from another thread, from this one, never, twice, and what becomes of
// timeouts, pipelines, drains and clients meanwhile.
#include <chrono>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/completers.hpp"
#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::milliseconds;

class LaterHandler : public testing::Test {
 protected:
  void serve(const std::function<void(server::config&)>& adjust = [](server::config&) {}) {
    served_ = std::make_unique<running_server>(adjust, [this](server::router& routes) {
      routes.get("/hold",
                 [this](const server::request&, server::response& to, server::completion done) {
                   to.body().append("held");
                   completers_.hold(std::move(done));
                 });
      routes.get("/elsewhere",
                 [this](const server::request&, server::response& to, server::completion done) {
                   completers_.run([&to, done = std::move(done)]() mutable {
                     to.body().append("elsewhere");
                     done();
                   });
                 });
      routes.get("/dropped", [](const server::request&, server::response& to, server::completion) {
        to.body().append("nobody will read this");
      });
      routes.get("/dropped-elsewhere",
                 [this](const server::request&, server::response&, server::completion done) {
                   completers_.run([gone = std::move(done)] {});
                 });
      routes.get("/twice",
                 [](const server::request&, server::response& to, server::completion done) {
                   to.body().append("once");
                   done();
                   done();
                 });
      routes.get("/throws", [](const server::request&, server::response&, server::completion) {
        throw std::runtime_error("on purpose");
      });
      routes.get("/throws-when-done",
                 [](const server::request&, server::response& to, server::completion done) {
                   to.body().append("an answer");
                   done();
                   throw std::runtime_error("on purpose");
                 });
      routes.get("/throws-when-moved",
                 [this](const server::request&, server::response&, server::completion done) {
                   completers_.hold(std::move(done));
                   throw std::runtime_error("on purpose");
                 });
    });
  }
  // Sends a request and waits until its handler has been called.
  void hold(raw_client& client, const std::string& request) {
    const std::size_t before = completers_.held();
    client.send(request);
    ASSERT_TRUE(wait_until([&] { return completers_.held() > before; }));
  }
  void complete_all() {
    for (server::completion& done : completers_.take()) done();
  }

  completers completers_;
  std::unique_ptr<running_server> served_;
};

TEST_F(LaterHandler, AnswersFromAnotherThread) {
  serve();
  raw_client client(served_->port());
  for (int i = 0; i < 100; ++i) {
    const raw_response answer = client.exchange(get("/elsewhere"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "elsewhere");
  }
}

TEST_F(LaterHandler, LetsOthersBeServedMeanwhile) {
  serve();
  raw_client waiting(served_->port());
  hold(waiting, get("/hold"));
  raw_client other(served_->port());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(other.exchange(get("/json")).status, 200);
  EXPECT_FALSE(waiting.hears_within(milliseconds(0)));
  complete_all();
  EXPECT_EQ(waiting.receive().body, "held");
  EXPECT_EQ(waiting.exchange(get("/json")).status, 200) << "the connection goes on";
}

TEST_F(LaterHandler, ThatDropsItsCompletionIsA500) {
  serve();
  raw_client client(served_->port());
  for (const char* path : {"/dropped", "/dropped-elsewhere", "/dropped"}) {
    const raw_response answer = client.exchange(get(path));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body.find("nobody"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
}

TEST_F(LaterHandler, ThatCompletesTwiceAnswersOnce) {
  serve();
  raw_client client(served_->port());
  client.send(get("/twice") + get("/json"));
  EXPECT_EQ(client.receive().body, "once");
  EXPECT_EQ(client.receive().body, R"({"message":"Hello, World!"})");
}

TEST_F(LaterHandler, ThatThrowsIsA500) {
  serve();
  raw_client client(served_->port());
  for (const char* path : {"/throws", "/throws-when-done", "/throws"})
    EXPECT_EQ(client.exchange(get(path)).status, 500) << path;
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
}

TEST_F(LaterHandler, ThatThrowsWhenItsCompletionIsGoneIsA500OnceThatIsCalled) {
  serve();
  raw_client client(served_->port());
  hold(client, get("/throws-when-moved"));
  EXPECT_FALSE(client.hears_within(milliseconds(50)));
  complete_all();
  EXPECT_EQ(client.receive().status, 500);
  hold(client, get("/throws-when-moved"));
  completers_.take();  // and so are dropped
  EXPECT_EQ(client.receive().status, 500);
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
}

TEST_F(LaterHandler, MayOutliveTheClient) {
  serve();
  for (const bool resets : {false, true}) {
    auto gone = std::make_unique<raw_client>(served_->port());
    hold(*gone, get("/hold"));
    if (resets) gone->reset();
    gone.reset();
    raw_client other(served_->port());
    for (int i = 0; i < 10; ++i) EXPECT_EQ(other.exchange(get("/json")).status, 200);
    complete_all();
  }
  expect_quiet(*served_);
}

TEST_F(LaterHandler, IsNotCutByTheTimeoutsOfOthers) {
  serve([](server::config& settings) {
    settings.times.idle = milliseconds(300);
    settings.times.header = milliseconds(300);
    settings.times.body = milliseconds(300);
    settings.times.write = milliseconds(300);
  });
  raw_client client(served_->port());
  hold(client, get("/hold"));
  // Longer than any of them, and than the tick that looks.
  EXPECT_FALSE(client.hears_within(milliseconds(1000)));
  complete_all();
  EXPECT_EQ(client.receive().body, "held");
  const auto timeouts = served_->total([](const auto& thread) {
    return thread.timeouts[server::ops::timeout::write].load() +
           thread.timeouts[server::ops::timeout::idle].load();
  });
  EXPECT_EQ(timeouts, 0u);
}

TEST_F(LaterHandler, KeepsTheOrderOfAPipeline) {
  serve();
  raw_client client(served_->port());
  hold(client, get("/hold") + get("/json") + get("/elsewhere") + get("/plaintext"));
  EXPECT_FALSE(client.hears_within(milliseconds(50)));
  complete_all();
  EXPECT_EQ(client.receive().body, "held");
  EXPECT_EQ(client.receive().body, R"({"message":"Hello, World!"})");
  EXPECT_EQ(client.receive().body, "elsewhere");
  EXPECT_EQ(client.receive().body, "Hello, World!");
}

TEST_F(LaterHandler, HoldsNoAnswerBackThatIsThereBefore) {
  serve();
  raw_client client(served_->port());
  hold(client, get("/plaintext") + get("/hold"));
  EXPECT_TRUE(client.hears_within(milliseconds(1000)));
  complete_all();
  EXPECT_EQ(client.receive().body, "Hello, World!");
  EXPECT_EQ(client.receive().body, "held");
}

TEST_F(LaterHandler, IsWaitedForByADrain) {
  serve([](server::config& settings) { settings.threads = 2; });
  raw_client client(served_->port());
  hold(client, get("/hold"));
  served_->http().drain();
  auto ended = std::async(std::launch::async, [&] { served_->http().wait(); });
  EXPECT_EQ(ended.wait_for(milliseconds(500)), std::future_status::timeout);
  complete_all();
  const raw_response answer = client.receive();
  EXPECT_EQ(answer.body, "held");
  EXPECT_EQ(answer.field("Connection"), "close");
  client.shut_down();
  EXPECT_EQ(ended.wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST_F(LaterHandler, IsWaitedForThoughItsConnectionIsCutAtTheDrainTimeout) {
  serve([](server::config& settings) { settings.times.drain = milliseconds(100); });
  raw_client client(served_->port());
  hold(client, get("/hold"));
  served_->http().drain();
  auto ended = std::async(std::launch::async, [&] { served_->http().wait(); });
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(ended.wait_for(milliseconds(500)), std::future_status::timeout);
  complete_all();
  EXPECT_EQ(ended.wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

}  // namespace
