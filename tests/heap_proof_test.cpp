// The heap proof: a warm server in arena mode answers without one call of the heap.
#include <memory_resource>
#include <string>

#include <gtest/gtest.h>

#include "loadtest/heap_counter/heap_counter.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

std::string document_of(std::size_t bytes) {
  std::string text = "[";
  while (text.size() < bytes) text += R"({"name":"some text","values":[1,2,3.5],"flag":true},)";
  text.back() = ']';
  return text;
}

class HeapProof : public testing::Test {
 protected:
  // Allocating calls on the server's threads during 1,000 requests, after as many to warm up.
  std::uint64_t calls_for(const std::string& request, server::memory_strategy strategy) {
    heap_counter::exclude_this_thread();
    running_server served([&](server::config& settings) { settings.memory = strategy; });
    raw_client client(served.port());
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(client.exchange(request).status, 200);
    const auto before = heap_counter::counted().allocations;
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(client.exchange(request).status, 200);
    return heap_counter::counted().allocations - before;
  }
};

TEST_F(HeapProof, PlaintextCallsNoHeap) {
  EXPECT_EQ(calls_for(get("/plaintext"), server::memory_strategy::arena), 0u);
}

TEST_F(HeapProof, JsonCallsNoHeap) {
  EXPECT_EQ(calls_for(get("/json"), server::memory_strategy::arena), 0u);
}

TEST_F(HeapProof, ItemsCallNoHeap) {
  EXPECT_EQ(calls_for(get("/items?count=100"), server::memory_strategy::arena), 0u);
}

TEST_F(HeapProof, EchoCallsNoHeap) {
  EXPECT_EQ(calls_for(post("/echo", document_of(1000)), server::memory_strategy::arena), 0u);
  EXPECT_EQ(calls_for(post("/echo", document_of(100'000)), server::memory_strategy::arena), 0u);
}

TEST_F(HeapProof, CollectionsCallNoHeap) {
  EXPECT_EQ(calls_for(get("/collections/cities?limit=5"), server::memory_strategy::arena), 0u);
  EXPECT_EQ(calls_for(get("/collections/cities/3"), server::memory_strategy::arena), 0u);
}

// The counter counts: the same requests from the heap make thousands of calls.
TEST_F(HeapProof, CountsTheCallsOfHeapMode) {
  EXPECT_GT(calls_for(get("/items?count=100"), server::memory_strategy::heap), 1000u * 100u);
}

}  // namespace
