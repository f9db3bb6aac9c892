// The real server under good, bad, slow and aborted traffic at once, as fast as it goes:
// memory, descriptors and arenas come back to where they were. For SOAK_SECONDS; a few unless set.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
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

constexpr seconds until_memory_is_weighed{180};

seconds soak_time() {
  const char* const wanted = std::getenv("SOAK_SECONDS");
  return seconds(wanted != nullptr ? std::stoi(wanted) : 5);
}

std::string chunked_post() {
  return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
         "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n4;x=y\r\n2,3]\r\n0\r\nTrailer: t\r\n\r\n";
}

std::string json_text(std::size_t bytes) {
  return "\"" + std::string(bytes - 2, 'j') + "\"";
}

// Does something to a server again and again on a thread of its own, until stop().
class loop {
 public:
  using deed = std::function<void(std::uint16_t port, std::size_t round)>;

  loop(std::uint16_t port, const deed& once)
      : thread_([this, port, once] {
          for (; !stopping_; ++rounds_) once(port, rounds_);
        }) {}
  ~loop() { stop(); }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::size_t rounds() const { return rounds_; }

 private:
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> rounds_ = 0;
  std::thread thread_;
};

void send_a_pipeline(std::uint16_t port, std::size_t) {
  raw_client client(port);
  std::string sixteen;
  for (int i = 0; i < 16; ++i) sixteen += get(i % 2 == 0 ? "/plaintext" : "/items?count=10");
  for (int batch = 0; batch < 50; ++batch) {
    client.send(sixteen);
    for (int i = 0; i < 16; ++i) EXPECT_EQ(client.receive().status, 200);
  }
}

void send_what_is_wrong(std::uint16_t port, std::size_t round) {
  static const std::vector<std::pair<std::string, int>> wrong = {
      {"GET  / HTTP/1.1\r\n\r\n", 400},
      {get("/nothing"), 404},
      {post("/plaintext", "x"), 405},
      {"GET /json HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
      {"GET /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {post("/echo", "[1,"), 400},
      {"GET /json HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {get("/items?count=minus"), 400}};
  const auto& [request, status] = wrong[round % wrong.size()];
  raw_client client(port);
  client.send(request);
  EXPECT_EQ(client.receive().status, status) << request.substr(0, 60);
}

// Resets in the middle of a request, in the middle of its answer, or before reading any of that.
void break_off(std::uint16_t port, std::size_t round) {
  raw_client client(port, std::chrono::minutes(1), 4096);
  const std::string large = post("/echo", json_text(50'000));
  switch (round % 4) {
    case 0:
      client.send(large.substr(0, 1 + round % large.size()));
      break;
    case 1:
      client.send(get("/items?count=5000") + get("/items?count=5000"));
      break;
    case 2:
      client.send(get("/items?count=5000"));
      client.read_some();
      break;
    case 3:
      client.send(large.substr(0, 1 + round % large.size()));
      client.shut_down();
      client.read_some();
      break;
  }
  client.reset();
}

// A hundred requests, a byte of each in turn; some are given up on the way, the others answered.
void drip(std::uint16_t port, std::size_t) {
  const std::string request = post("/echo", "[1,2,3]");
  std::vector<std::unique_ptr<raw_client>> slow;
  for (int i = 0; i < 100; ++i) slow.push_back(std::make_unique<raw_client>(port));
  for (std::size_t byte = 0; byte < request.size(); ++byte) {
    for (auto& each : slow) EXPECT_TRUE(each->send(request.substr(byte, 1)));
    if (byte % 4 == 0 && slow.size() > 50) slow.pop_back();
  }
  for (auto& each : slow) EXPECT_EQ(each->receive().body, "[1,2,3]");
}

// Large answers, taken a bit at a time.
void sip(std::uint16_t port, std::size_t) {
  std::vector<std::unique_ptr<raw_client>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<raw_client>(port, std::chrono::minutes(1), 4096));
    slow.back()->send(get("/items?count=2000"));
  }
  for (int turn = 0; turn < 20; ++turn) {
    for (auto& each : slow) EXPECT_TRUE(each->read_some());
  }
  for (auto& each : slow) EXPECT_EQ(each->receive().status, 200);
}

std::uint64_t arenas(const served_process& served, std::string_view figure) {
  return served.stats().at("arenas").at(figure).to_number<std::uint64_t>();
}

// Every kind at once, from construction to stop().
class traffic {
 public:
  explicit traffic(std::uint16_t port) {
    for (const std::string& request :
         {get("/plaintext"), get("/items?count=100"), post("/echo", json_text(1'000)),
          post("/echo", json_text(100'000)), chunked_post()})
      good_.push_back(std::make_unique<request_loops>(port, 1, request));
    for (const auto& deed : {send_a_pipeline, send_what_is_wrong, break_off, drip, sip})
      others_.push_back(std::make_unique<loop>(port, deed));
  }

  /// Expects that good clients met nothing but good answers. Returns how many those were.
  std::size_t stop() {
    std::size_t answers = 0;
    for (auto& each : good_) {
      each->stop();
      answers += each->answers;
      EXPECT_EQ(each->other_statuses + each->idle_ends + each->unserved_connections + each->resets +
                    each->cut + each->silences,
                0u);
    }
    for (auto& each : others_) {
      each->stop();
      EXPECT_GT(each->rounds(), 0u);
    }
    return answers;
  }

 private:
  std::vector<std::unique_ptr<request_loops>> good_;
  std::vector<std::unique_ptr<loop>> others_;
};

std::size_t run_traffic(served_process& served, seconds time) {
  traffic all(served.port());
  wait_until([&] { return !served.child().is_running(); }, time);
  return all.stop();
}

// What the server holds once nobody asks anything and its pools have given back what they kept:
// under traffic it holds what the moment needs, which differs by more than a leak would show.
std::size_t resident_bytes_at_rest(served_process& served) {
  EXPECT_TRUE(wait_until([&] { return arenas(served, "leased") == 0; }));
  EXPECT_TRUE(wait_until(
      [&] { return arenas(served, "idle_block_bytes") == 0 && arenas(served, "idle") <= 2; },
      seconds(60)));
  return served.resident_bytes();
}

TEST(Soak, LeavesMemoryDescriptorsAndArenasAsTheyWere) {
  served_process served({"--memory", "arena"});
  const std::size_t descriptors = served.open_descriptors();
  const seconds before = std::min(soak_time() / 2, until_memory_is_weighed);

  std::size_t answers = run_traffic(served, before);
  const std::size_t settled = resident_bytes_at_rest(served);
  answers += run_traffic(served, soak_time() - before);
  const std::size_t at_the_end = resident_bytes_at_rest(served);

  ASSERT_TRUE(served.child().is_running());
  EXPECT_GT(answers, 100u);
  EXPECT_TRUE(wait_until([&] { return served.open_descriptors() == descriptors; }));
  // Before that the server still meets the worst that each kind of traffic can do to it at once.
  if (before == until_memory_is_weighed) {
    EXPECT_NEAR(static_cast<double>(at_the_end) / static_cast<double>(settled), 1.0, 0.02);
  }
  std::cout << answers << " good answers; resident at rest: " << settled << " B after "
            << before.count() << " s, " << at_the_end << " B at the end\n";
}

}  // namespace
