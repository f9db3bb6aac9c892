// Clients that break off, stall, drip, send rubbish, and handlers that fail, all in great numbers:
// meanwhile a good client is answered within a second, and afterwards nothing is held.
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "tests/support/prompt_client.hpp"
#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/request_loops.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::milliseconds;
using clients = std::vector<std::unique_ptr<raw_client>>;

constexpr std::size_t large_bytes = std::size_t{8} << 20;  // more than the kernel takes

constexpr std::size_t medium_bytes = std::size_t{256} << 10;

void append(server::response& to, std::size_t bytes) {
  const std::string piece(medium_bytes / 4, 'x');
  for (; bytes > 0; bytes -= piece.size()) to.body().append(piece);
}

class Faults : public testing::Test {
 protected:
  void serve(const std::function<void(server::config&)>& adjust = [](server::config&) {}) {
    served_ = std::make_unique<running_server>(adjust, [](server::router& routes) {
      routes.get("/large",
                 [](const server::request&, server::response& to) { append(to, large_bytes); });
      routes.get("/medium",
                 [](const server::request&, server::response& to) { append(to, medium_bytes); });
      routes.get("/throws", [](const server::request&, server::response& to) {
        to.body().append("half an answer");
        throw std::runtime_error("on purpose");
      });
    });
    good_ = std::make_unique<prompt_client>(served_->port());
  }
  // When it is answered, the only thread has read what was sent before.
  void let_the_server_read() {
    EXPECT_EQ(raw_client(served_->port()).exchange(get("/plaintext")).status, 200);
  }
  clients connected(int count, int receive_buffer_bytes = 0) {
    clients all;
    for (int i = 0; i < count; ++i)
      all.push_back(std::make_unique<raw_client>(served_->port(), std::chrono::minutes(1),
                                                 receive_buffer_bytes));
    return all;
  }
  void expect_no_harm() {
    good_->expect_was_served();
    expect_quiet(*served_);
  }

  std::unique_ptr<running_server> served_;
  std::unique_ptr<prompt_client> good_;
  const std::string request_ = post("/echo", "[1,2,3]");
};

TEST_F(Faults, ResetsAtEachByteOfARequestDoNoHarm) {
  serve();
  for (std::size_t bytes = 0; bytes <= request_.size(); ++bytes) {
    raw_client at_once(served_->port());
    at_once.send(request_.substr(0, bytes));
    at_once.reset();
    raw_client when_read(served_->port());
    when_read.send(request_.substr(0, bytes));
    let_the_server_read();
    when_read.reset();
  }
  expect_no_harm();
}

TEST_F(Faults, HalfClosesAtEachByteOfARequestEndTheConnection) {
  serve();
  for (std::size_t bytes = 0; bytes < request_.size(); ++bytes) {
    raw_client half(served_->port());
    half.send(request_.substr(0, bytes));
    half.shut_down();
    EXPECT_TRUE(half.is_closed()) << bytes;
  }
  raw_client whole(served_->port());
  whole.send(request_);
  whole.shut_down();
  EXPECT_EQ(whole.receive().body, "[1,2,3]");
  EXPECT_TRUE(whole.is_closed());
  expect_no_harm();
}

TEST_F(Faults, ResetsDuringALargeResponseDoNoHarm) {
  serve();
  for (std::size_t share = 0; share < 20; ++share) {
    raw_client client(served_->port(), std::chrono::minutes(1), 8192);
    client.send(get("/large") + get("/json"));
    while (client.bytes_unused() < large_bytes / 20 * share) ASSERT_TRUE(client.read_some());
    client.reset();
  }
  expect_no_harm();
}

TEST_F(Faults, AHalfCloseDuringALargeResponseLosesNothing) {
  serve();
  for (std::size_t share = 0; share < 10; ++share) {
    raw_client client(served_->port(), std::chrono::minutes(1), 8192);
    client.send(get("/large") + request_);
    while (client.bytes_unused() < large_bytes / 10 * share) ASSERT_TRUE(client.read_some());
    client.shut_down();
    EXPECT_EQ(client.receive().body.size(), large_bytes);
    EXPECT_EQ(client.receive().body, "[1,2,3]");
    EXPECT_TRUE(client.is_closed());
  }
  expect_no_harm();
}

TEST_F(Faults, ThreeHundredDrippingClientsAreToldThatTheyAreLate) {
  serve([](server::config& settings) { settings.times.header = milliseconds(1000); });
  const clients dripping = connected(300);
  const auto late = [&] {
    return served_->counted().threads().front().timeouts[server::ops::timeout::header].load();
  };
  std::size_t sent = 0;
  const std::string endless = "GET /json HTTP/1.1\r\nX-A: " + std::string(10'000, 'a');
  EXPECT_TRUE(wait_until([&] {
    for (const auto& client : dripping) client->send(endless.substr(sent, 1));
    return ++sent == endless.size() || late() == dripping.size();
  }));
  EXPECT_EQ(late(), dripping.size());
  for (const auto& client : dripping) {
    const raw_response answer = client->receive();
    EXPECT_TRUE(answer.status == 408 || client->was_reset()) << answer.status;
  }
  expect_no_harm();
}

// Each asks for more than the kernel takes, in responses of which one is made ahead.
TEST_F(Faults, TwoHundredSlowReadersHoldNobodyUp) {
  serve();
  constexpr int responses = 16;
  clients slow = connected(200, 2048);
  for (const auto& client : slow) {
    for (int i = 0; i < responses; ++i) client->send(get("/medium"));
  }
  const auto stuck = [&] {
    return served_->total([](const auto& thread) {
      return thread.states.writing.load() + thread.states.handling.load();
    });
  };
  EXPECT_TRUE(wait_until([&] { return stuck() == slow.size(); })) << stuck();
  EXPECT_TRUE(wait_until([&] { return leased_arenas(*served_) >= slow.size(); }));
  for (std::size_t i = 0; i < slow.size(); ++i) {
    if (i % 2 == 1) {
      slow[i]->reset();
      continue;
    }
    for (int j = 0; j < responses; ++j) ASSERT_EQ(slow[i]->receive().body.size(), medium_bytes);
  }
  slow.clear();
  expect_no_harm();
}

TEST_F(Faults, AHundredClientsThatSendRubbishAreRefused) {
  serve();
  std::mt19937 random(42);
  std::uniform_int_distribution<> byte(0, 255);
  std::uniform_int_distribution<std::size_t> length(1, 20'000);
  const clients all = connected(100);
  for (const auto& client : all) {
    std::string rubbish(length(random), '\0');
    for (char& each : rubbish) each = static_cast<char>(byte(random));
    client->send(rubbish);
    client->shut_down();
  }
  for (const auto& client : all) {
    const raw_response answer = client->receive();
    EXPECT_TRUE((answer.status >= 400 && answer.status < 500) || client->was_reset())
        << answer.status;
  }
  expect_no_harm();
}

TEST_F(Faults, RequestsWithOneByteChangedDoNoHarm) {
  serve();
  std::mt19937 random(42);
  std::uniform_int_distribution<> byte(0, 255);
  std::uniform_int_distribution<std::size_t> place(0, request_.size() - 1);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = request_;
    changed[place(random)] = static_cast<char>(byte(random));
    raw_client client(served_->port());
    client.send(changed);
    client.shut_down();
    const int status = client.receive().status;
    EXPECT_TRUE(status == 0 || status == 200 || (status >= 400 && status != 500 && status <= 505))
        << status << " for " << changed;
  }
  expect_no_harm();
}

TEST_F(Faults, AStormOfHandlerExceptionsHarmsNobodyElse) {
  const auto level = spdlog::get_level();
  spdlog::set_level(spdlog::level::off);  // thousands of lines
  serve([](server::config& settings) { settings.threads = 2; });
  request_loops storm(served_->port(), 8, get("/throws"));
  EXPECT_TRUE(wait_until([&] { return storm.other_statuses >= 4000; }));
  storm.stop();
  EXPECT_EQ(storm.answers, 0u);
  EXPECT_EQ(storm.cut, 0u);
  EXPECT_EQ(storm.silences, 0u);
  EXPECT_EQ(storm.connections, 8u) << "the connections go on";
  expect_no_harm();
  spdlog::set_level(level);
}

}  // namespace
