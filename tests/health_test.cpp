// Liveness is of every thread, by when it last had a turn.
#include "server/ops/health.hpp"

#include <chrono>
#include <latch>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "server/admin_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::milliseconds;

// One of whose threads hangs until it is let go.
class Health : public testing::Test {
 protected:
  Health() {
    ready_.set(true);
    admin_.start();
    hanging_.send(get("/hangs"));
  }
  ~Health() override { let_go(); }

  void let_go() {
    if (!std::exchange(is_held_, false)) return;
    held_.count_down();
    EXPECT_EQ(hanging_.receive().status, 200);
  }
  raw_response livez() const { return raw_client(admin_.port()).exchange(get("/livez")); }
  raw_response readyz() const { return raw_client(admin_.port()).exchange(get("/readyz")); }

  static server::config settings_of_admin() {
    server::config settings;
    settings.address = "127.0.0.1";
    settings.admin_port = 0;
    return settings;
  }

  std::latch held_{1};
  bool is_held_ = true;
  running_server served_{
      [](server::config& settings) { settings.threads = 2; },
      [this](server::router& routes) {
        routes.get("/hangs", [this](const server::request&, server::response&) { held_.wait(); });
      }};
  raw_client hanging_{served_.port()};
  server::ops::readiness ready_;
  server::admin_server admin_{settings_of_admin(), [this](server::router& to) {
                                server::ops::add_health(to, ready_, served_.counted(),
                                                        milliseconds(1500));
                              }};
};

TEST_F(Health, BothFailWhileAThreadHangs) {
  ASSERT_TRUE(wait_until([&] { return livez().status == 503; }));
  EXPECT_NE(livez().body.find("A thread hangs."), std::string::npos) << livez().body;
  EXPECT_EQ(readyz().status, 503);
  let_go();
  EXPECT_TRUE(wait_until([&] { return livez().status == 200; }));
  EXPECT_EQ(readyz().status, 200);
}

TEST_F(Health, LivezAsksNoThreadOfAServerThatStops) {
  ASSERT_TRUE(wait_until([&] { return livez().status == 503; }));
  ready_.set(false);  // its threads end, one after the other
  EXPECT_EQ(livez().status, 200);
}

}  // namespace
