// The marks of the memory of all requests together: over the soft one the server takes less work,
// over the hard one none that needs a further block, and below them again it serves as before.
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "arena/poison.hpp"
#include "tests/support/quiet_server.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using content = raw_client::content;
using server::ops::refusal_stage;

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t hard_bytes = 10 * mebibyte;
constexpr std::size_t soft_bytes = 8 * mebibyte;

class ServerMemory : public testing::Test {
 protected:
  ~ServerMemory() override { release(); }

  // Lets `bytes` be used in all, as though other requests held the rest.
  void use(std::size_t bytes) {
    release();
    charged_ = bytes - served_.budget().used();
    ASSERT_TRUE(served_.budget().try_charge(charged_));
  }
  void release() {
    served_.budget().release(charged_);
    charged_ = 0;
  }
  raw_response answer(const std::string& request, content body = content::expected) {
    raw_client client(served_.port());
    const raw_response got = client.exchange(request, body);
    if (got.field("Connection") == "close") {
      EXPECT_TRUE(client.is_closed()) << request;
    }
    return got;
  }
  std::uint64_t refusals() const {
    return served_.total([](const auto& thread) {
      return thread.budget_refusals[refusal_stage::server_memory].load();
    });
  }

  running_server served_{[](server::config& settings) {
                           settings.memory_max_bytes = hard_bytes;
                           settings.bounds.pipeline_bytes_max = hard_bytes;
                         },
                         [](server::router& routes) {
                           routes.get("/take", [](const server::request& asked, server::response&) {
                             (void)asked.memory()->allocate(3 * mebibyte);
                           });
                         }};
  std::size_t charged_ = 0;
};

void expect_unavailable(const raw_response& answer) {
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.field("Retry-After"), "1");
  EXPECT_EQ(answer.field("Connection"), "close");
}

std::string announced(std::size_t bytes) {
  return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n";
}

TEST_F(ServerMemory, HasMarksAtTheBoundAndAtFourFifthsOfIt) {
  EXPECT_EQ(served_.budget().hard(), hard_bytes);
  EXPECT_EQ(served_.budget().soft(), soft_bytes);
}

TEST_F(ServerMemory, AtTheSoftMarkConnectionsAreKept) {
  if (arena::poisoning) GTEST_SKIP() << "arenas in quarantine stay charged";
  EXPECT_EQ(answer(get("/json")).status, 200);
  use(soft_bytes);
  raw_client client(served_.port());
  for (int i = 0; i < 3; ++i) {
    const raw_response got = client.exchange(get("/json"));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("Connection"), "");
  }
}

TEST_F(ServerMemory, OverTheSoftMarkSmallRequestsAreServedAndTheConnectionCloses) {
  use(soft_bytes + 1);
  for (int i = 0; i < 3; ++i) {
    for (const std::string& request :
         {get("/json"), get("/items?count=100"), post("/echo", "[1]"), get("/nope")}) {
      const raw_response got = answer(request);
      EXPECT_NE(got.status, 503) << request;
      EXPECT_NE(got.status, 0) << request;
      EXPECT_EQ(got.field("Connection"), "close") << request;
    }
  }
  EXPECT_EQ(refusals(), 0u);
}

TEST_F(ServerMemory, OverTheSoftMarkLargeBodiesAreRefusedBeforeTheyCome) {
  use(soft_bytes + 1);
  expect_unavailable(answer(announced(mebibyte)));
  EXPECT_EQ(refusals(), 1u);
}

TEST_F(ServerMemory, BelowTheSoftMarkABodyThatWouldReachBeyondIsRefused) {
  use(soft_bytes - 2 * mebibyte);
  expect_unavailable(answer(announced(3 * mebibyte)));
  const std::string body = '"' + std::string(mebibyte - 2, 'b') + '"';
  EXPECT_EQ(answer(post("/echo", body)).body, body);
}

TEST_F(ServerMemory, OverTheHardMarkNothingIsServedThatNeedsABlock) {
  use(hard_bytes);
  expect_unavailable(answer(get("/json")));
  expect_unavailable(answer(post("/echo", "[1]")));
  EXPECT_GE(refusals(), 2u);
}

TEST_F(ServerMemory, AHandlerThatReachesBeyondTheHardMarkIsA503) {
  use(soft_bytes);
  raw_client client(served_.port());
  const raw_response got = client.exchange(get("/take"));
  expect_unavailable(got);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerMemory, AHeadThatReachesBeyondTheHardMarkGetsNoBody) {
  use(soft_bytes);
  raw_client client(served_.port());
  expect_unavailable(client.exchange("HEAD /take HTTP/1.1\r\nHost: h\r\n\r\n", content::none));
  EXPECT_TRUE(client.is_closed()) << "nothing follows the head";
}

TEST_F(ServerMemory, AHeadThatFindsNoBlockAtAllGetsNoBody) {
  use(hard_bytes);
  raw_client client(served_.port());
  expect_unavailable(client.exchange("HEAD /json HTTP/1.1\r\nHost: h\r\n\r\n", content::none));
  EXPECT_TRUE(client.is_closed()) << "nothing follows the head";
}

TEST_F(ServerMemory, AChunkedBodyIsRefusedWhereItReachesTheHardMark) {
  use(soft_bytes - mebibyte);
  raw_client client(served_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "40000\r\n" + std::string(0x40000, ' ') + "\r\n";
  for (int i = 0; i < 28 && client.send(chunk); ++i) {
  }
  expect_unavailable(client.receive());
}

TEST_F(ServerMemory, WhatWasAnsweredBeforeTheMarkIsSentBeforeTheRefusal) {
  use(soft_bytes - 4 * mebibyte);
  raw_client client(served_.port());
  client.send(get("/plaintext") + get("/take") + get("/take") + get("/json"));
  EXPECT_EQ(client.receive().body, "Hello, World!");
  EXPECT_EQ(client.receive().status, 200);
  expect_unavailable(client.receive());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerMemory, AfterPressureConnectionsAreKeptAgain) {
  use(hard_bytes);
  expect_unavailable(answer(get("/json")));
  release();
  raw_client client(served_.port());
  for (int i = 0; i < 3; ++i) {
    const raw_response got = client.exchange(get("/json"));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("Connection"), "");
  }
}

// Real requests, which hold what they have sent so far.
TEST_F(ServerMemory, ManyLargeBodiesAtOnceAreRefusedAndLeaveNothingBehind) {
  if (arena::poisoning) GTEST_SKIP() << "arenas in quarantine stay charged";
  const std::string body = '"' + std::string(2 * mebibyte - 2, 'b') + '"';
  const std::string request = post("/echo", body);
  std::vector<std::unique_ptr<raw_client>> all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<raw_client>(served_.port()));
    all.back()->send(request.substr(0, request.size() / 2));
  }
  EXPECT_EQ(raw_client(served_.port()).exchange(get("/json")).status, 200)
      << "small ones are served";
  std::size_t served = 0;
  std::size_t refused = 0;
  for (const auto& client : all) {
    client->send(request.substr(request.size() / 2));
    const raw_response got = client->receive();
    served += got.status == 200;
    refused += got.status == 503;
    if (got.status == 503)
      expect_unavailable(got);
    else
      EXPECT_EQ(got.body, body);
  }
  EXPECT_EQ(served + refused, all.size());
  EXPECT_GE(served, 1u);
  EXPECT_GE(refused, 10u);
  EXPECT_LE(served_.budget().peak(), hard_bytes);
  all.clear();
  expect_quiet(served_);
  // Blocks that nobody needs go back, some each second.
  raw_client client(served_.port());
  EXPECT_TRUE(wait_until([&] {
    return client.exchange(get("/json")).field("Connection") != "close" &&
           served_.budget().used() < mebibyte;
  })) << served_.budget().used();
}

}  // namespace
