#include "server/ops/statistics.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace {

using namespace server::ops;
namespace http = server::http;
using std::chrono::nanoseconds;

class Statistics : public testing::Test {
 protected:
  Statistics() {
    const auto nothing = [](const server::request&, server::response&) {};
    routes_.get("/a", nothing).post("/b", nothing);
  }
  const server::route* route(std::size_t index) const { return routes_.routes()[index].get(); }

  server::router routes_;
  statistics counted_;
};

TEST_F(Statistics, CountsRequestsByEndpointMethodAndStatusClass) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.record({.matched = route(0), .method = http::verb::get, .status = http::status::ok});
  thread.record({.matched = route(0), .method = http::verb::get, .status = http::status::accepted});
  thread.record({.matched = route(0), .method = http::verb::head, .status = http::status::ok});
  thread.record({.matched = route(1), .method = http::verb::post, .status = http::status::found});
  thread.record({.method = http::verb::put, .status = http::status::not_found});
  EXPECT_EQ(thread.endpoint(0).requests(method_class::get, 2), 2u);
  EXPECT_EQ(thread.endpoint(0).requests(method_class::head, 2), 1u);
  EXPECT_EQ(thread.endpoint(0).requests(), 3u);
  EXPECT_EQ(thread.endpoint(1).requests(method_class::post, 3), 1u);
  EXPECT_EQ(thread.endpoint(2).requests(method_class::other, 4), 1u);
  EXPECT_EQ(thread.endpoint(2).requests(), 1u);
}

TEST_F(Statistics, CountsAStatusOutsideTheClassesAsAFailureOfOurs) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.record({.matched = route(0), .status = static_cast<http::status>(0)});
  thread.record({.matched = route(0), .status = static_cast<http::status>(700)});
  EXPECT_EQ(thread.endpoint(0).requests(method_class::other, 5), 2u);
}

TEST_F(Statistics, KeepsMemoryAndLatencyOfEachEndpoint) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.record({.matched = route(0), .memory_bytes = 1000, .latency = nanoseconds(10'000)});
  thread.record({.matched = route(0), .memory_bytes = 3000, .latency = nanoseconds(-1)});
  EXPECT_EQ(thread.endpoint(0).memory_bytes.sum(), 4000u);
  EXPECT_EQ(thread.endpoint(0).memory_bytes.max(), 3000u);
  EXPECT_EQ(thread.endpoint(0).latency_nanoseconds.count(), 2u);
  EXPECT_EQ(thread.endpoint(0).latency_nanoseconds.sum(), 10'000u);
  EXPECT_EQ(thread.endpoint(1).latency_nanoseconds.count(), 0u);
}

TEST_F(Statistics, AddsTheBytesOfResponsesToThoseOfTheThread) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.record({.matched = route(0), .bytes_sent = 100});
  thread.record({.bytes_sent = 20});
  thread.bytes_sent.add(3);
  EXPECT_EQ(thread.bytes_sent.load(), 123u);
}

TEST_F(Statistics, CountsKindsApart) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.timeouts[timeout::header].add(1);
  thread.timeouts[timeout::drain].add(2);
  thread.budget_refusals[refusal_stage::server_memory].add(3);
  EXPECT_EQ(thread.timeouts[timeout::header].load(), 1u);
  EXPECT_EQ(thread.timeouts[timeout::body].load(), 0u);
  EXPECT_EQ(thread.timeouts[timeout::drain].load(), 2u);
  EXPECT_EQ(thread.budget_refusals[refusal_stage::server_memory].load(), 3u);
}

TEST_F(Statistics, MergesItsThreads) {
  for (std::size_t bytes : {1000u, 2000u, 4000u}) {
    thread_statistics& thread = counted_.add_thread(routes_);
    thread.record({.matched = route(1), .memory_bytes = bytes});
    thread.accepted.add(2);
  }
  EXPECT_EQ(counted_.requests(1), 3u);
  EXPECT_EQ(counted_.requests(0), 0u);
  EXPECT_EQ(counted_.total([](const auto& thread) { return thread.accepted.load(); }), 6u);
  auto merged = std::make_unique<histogram>();
  merged->record(5);
  counted_.merge(1, &endpoint_statistics::memory_bytes, *merged);
  EXPECT_EQ(merged->count(), 3u);
  EXPECT_EQ(merged->sum(), 7000u);
  EXPECT_EQ(merged->max(), 4000u);
}

TEST_F(Statistics, TellsTheStateOfAPool) {
  thread_statistics& thread = counted_.add_thread(routes_);
  thread.memory.publish({.leased = 1,
                         .idle = 2,
                         .idle_bytes = 3,
                         .leases = 4,
                         .one_block_leases = 5,
                         .upstream_allocations = 6,
                         .trimmed_blocks = 7});
  EXPECT_EQ(thread.memory.leased.load(), 1u);
  EXPECT_EQ(thread.memory.idle_bytes.load(), 3u);
  EXPECT_EQ(thread.memory.leases.load(), 4u);
  EXPECT_EQ(thread.memory.one_block_leases.load(), 5u);
  EXPECT_EQ(thread.memory.trimmed_blocks.load(), 7u);
}

// ThreadSanitizer sees whether readers and the writer are at odds.
TEST_F(Statistics, IsReadWhileItsThreadRecords) {
  thread_statistics& thread = counted_.add_thread(routes_);
  constexpr std::uint64_t requests = 20'000;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < requests; ++i)
      thread.record({.matched = route(0), .memory_bytes = i, .latency = nanoseconds(i)});
  });
  auto merged = std::make_unique<histogram>();
  std::uint64_t before = 0;
  while (before < requests) {
    counted_.merge(0, &endpoint_statistics::memory_bytes, *merged);
    EXPECT_GE(merged->count(), before);
    before = merged->count();
  }
  writer.join();
  EXPECT_EQ(counted_.requests(0), requests);
}

}  // namespace
