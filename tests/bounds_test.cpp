// The bounds of time, rate and pipelining: met exactly, and exceeded. Those of header and body, by
// the byte, are in tests/conformance/limits.cpp.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using server::ops::timeout;
using std::chrono::milliseconds;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::uint64_t timeouts(const running_server& served, timeout kind) {
  return served.total([&](const auto& thread) { return thread.timeouts[kind].load(); });
}

// Only that kind is counted, and so often.
void expect_timeouts(const running_server& served, timeout kind, std::uint64_t count) {
  EXPECT_TRUE(wait_until([&] { return timeouts(served, kind) == count; }));
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < server::ops::timeout_names.size(); ++i)
    all += timeouts(served, static_cast<timeout>(i));
  EXPECT_EQ(all, count);
}

void append(server::response& to, std::size_t bytes) {
  const std::string piece(mebibyte, 'x');
  for (; bytes >= mebibyte; bytes -= mebibyte) to.body().append(piece);
  to.body().append(piece.substr(0, bytes));
}

// Sends `piece` every so often until the server answers or the pieces are through.
void drip(raw_client& client, const std::string& piece, int pieces, milliseconds pause) {
  for (int i = 0; i < pieces && !client.hears_within(pause); ++i) client.send(piece);
}

const std::string body_of_10000 = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n";

TEST(BodyRate, ABodyBelowItIsCutThoughEachReadComesInTime) {
  running_server served([](server::config& settings) {
    settings.times.body = milliseconds(500);
    settings.rates.body_min = 1000;
  });
  raw_client slow(served.port());
  slow.send(body_of_10000);
  const auto begin = clock::now();
  drip(slow, "1", 10'000, milliseconds(20));
  EXPECT_EQ(slow.receive().status, 408);
  EXPECT_TRUE(slow.is_closed());
  EXPECT_GE(clock::now() - begin, milliseconds(500)) << "the grace";
  EXPECT_LE(clock::now() - begin, seconds(5));
  expect_timeouts(served, timeout::body_rate, 1);
}

TEST(BodyRate, ABodyAboveItIsServedThoughItTakesLong) {
  running_server served([](server::config& settings) {
    settings.times.body = milliseconds(500);
    settings.rates.body_min = 1000;
  });
  raw_client steady(served.port());
  steady.send(body_of_10000);
  drip(steady, std::string(100, ' '), 99, milliseconds(30));
  steady.send(std::string(99, ' ') + "1");
  EXPECT_EQ(steady.receive().status, 200);
  expect_timeouts(served, timeout::body_rate, 0);
}

TEST(BodyRate, NoneIsAskedForWhereItIsZero) {
  running_server served([](server::config& settings) {
    settings.times.body = milliseconds(500);
    settings.rates.body_min = 0;
  });
  raw_client slow(served.port());
  slow.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n");
  drip(slow, "1", 30, milliseconds(100));
  EXPECT_EQ(slow.receive().status, 200);
}

TEST(BodyRate, HoldsForChunksAsWell) {
  running_server served([](server::config& settings) {
    settings.times.body = milliseconds(500);
    settings.rates.body_min = 1000;
  });
  raw_client slow(served.port());
  slow.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  drip(slow, "1\r\n1\r\n", 10'000, milliseconds(20));
  EXPECT_EQ(slow.receive().status, 408);
  expect_timeouts(served, timeout::body_rate, 1);
}

class WriteRate : public testing::Test {
 protected:
  static constexpr std::size_t large_bytes = 64 * mebibyte;

  void serve(std::size_t rate_min) {
    served_ = std::make_unique<running_server>(
        [&](server::config& settings) {
          settings.times.write = seconds(2);
          settings.rates.write_min = rate_min;
        },
        [](server::router& routes) {
          routes.get("/large",
                     [](const server::request&, server::response& to) { append(to, large_bytes); });
        });
  }
  // Whether a reader that takes a piece every so often gets the whole response.
  bool gets_all(std::size_t piece_bytes, milliseconds pause) {
    raw_client reader(served_->port(), seconds(10), 65536);
    reader.send(get("/large"));
    for (std::size_t next = 0; reader.read_some();) {
      if (reader.bytes_unused() > large_bytes) return true;
      if (reader.bytes_unused() < next) continue;
      next = reader.bytes_unused() + piece_bytes;
      std::this_thread::sleep_for(pause);  // this is how slow the reader is
    }
    return false;
  }

  std::unique_ptr<running_server> served_;
};

TEST_F(WriteRate, AReaderBelowItIsCutThoughEachWriteComesInTime) {
  serve(32 * mebibyte);
  EXPECT_FALSE(gets_all(mebibyte, milliseconds(200)));  // some 5 MiB a second
  expect_timeouts(*served_, timeout::write_rate, 1);
}

TEST_F(WriteRate, AReaderAboveItIsServedThoughItTakesLong) {
  serve(4 * mebibyte);
  EXPECT_TRUE(gets_all(mebibyte, milliseconds(50)));  // some 16 MiB a second
  expect_timeouts(*served_, timeout::write_rate, 0);
}

class PipelineBounds : public testing::Test {
 protected:
  void serve(std::size_t depth_max, std::size_t bytes_max) {
    served_ = std::make_unique<running_server>(
        [&](server::config& settings) {
          settings.bounds.pipeline_depth_max = depth_max;
          settings.bounds.pipeline_bytes_max = bytes_max;
        },
        [&](server::router& routes) {
          routes.get("/large", [&](const server::request&, server::response& to) {
            append(to, large_bytes);
            ++handled_;
          });
        });
  }
  // Sends so many requests and reads nothing; returns how many are handled.
  int handled_of(int requests) {
    client_ = std::make_unique<raw_client>(served_->port());
    std::string all;
    for (int i = 0; i < requests; ++i) all += get("/large");
    client_->send(all);
    const auto blocked = [&] {
      return served_->counted().threads().front().states.writing.load() == 1;
    };
    EXPECT_TRUE(wait_until(blocked));
    // It is not for want of time that nothing more is handled.
    raw_client other(served_->port());
    for (int i = 0; i < 10; ++i) EXPECT_EQ(other.exchange(get("/json")).status, 200);
    return handled_;
  }
  void expect_answers(int count) {
    for (int i = 0; i < count; ++i) EXPECT_EQ(client_->receive().body.size(), large_bytes);
    EXPECT_EQ(handled_, count);
  }

  static constexpr std::size_t large_bytes = 16 * mebibyte;  // more than the socket buffers take
  std::atomic<int> handled_ = 0;
  std::unique_ptr<running_server> served_;
  std::unique_ptr<raw_client> client_;
};

TEST_F(PipelineBounds, AsManyAsTheDepthAreAnsweredAhead) {
  serve(3, 1024 * mebibyte);
  EXPECT_EQ(handled_of(3), 3);
  expect_answers(3);
}

TEST_F(PipelineBounds, OneMoreThanTheDepthWaitsForTheReader) {
  serve(3, 1024 * mebibyte);
  EXPECT_EQ(handled_of(4), 3);
  expect_answers(4);
}

TEST_F(PipelineBounds, ADepthOfOneAnswersOneAfterTheOther) {
  serve(1, 1024 * mebibyte);
  EXPECT_EQ(handled_of(3), 1);
  expect_answers(3);
}

TEST_F(PipelineBounds, NoMoreAreAnsweredAheadOnceTheirMemoryReachesTheBound) {
  serve(100, 3 * large_bytes);  // two, with all that their arenas hold, are below, three are not
  EXPECT_EQ(handled_of(10), 3);
  expect_answers(10);
}

enum class late_end { without_a_word, by_408, in_a_response };

struct late_client {
  timeout kind;
  std::function<void(raw_client&)> acts;
  late_end ends;
};

TEST(Timeouts, AreCountedByKind) {
  const std::vector<late_client> all = {
      {timeout::header, [](raw_client& late) { late.send("GET /json HT"); }, late_end::by_408},
      {timeout::body, [](raw_client& late) { late.send(body_of_10000); }, late_end::by_408},
      {timeout::idle, [](raw_client&) {}, late_end::without_a_word},
      {timeout::idle, [](raw_client& late) { late.exchange(get("/json")); },
       late_end::without_a_word},
      {timeout::write, [](raw_client& late) { late.send(get("/large")); }, late_end::in_a_response},
  };
  for (const late_client& each : all) {
    running_server served(
        [&](server::config& settings) {
          settings.times.header = milliseconds(300);
          settings.times.body = milliseconds(300);
          settings.times.idle = milliseconds(300);
          settings.times.write = milliseconds(300);
          settings.rates = {.body_min = 0, .write_min = 0};
        },
        [](server::router& routes) {
          routes.get("/large", [](const server::request&, server::response& to) {
            append(to, 64 * mebibyte);
          });
        });
    raw_client late(served.port());
    each.acts(late);
    expect_timeouts(served, each.kind, 1);
    // A response that was cut is none.
    if (each.ends == late_end::by_408) {
      EXPECT_EQ(late.receive().status, 408);
    }
    if (each.ends == late_end::in_a_response) {
      EXPECT_EQ(late.receive().status, 0);
    } else {
      EXPECT_TRUE(late.is_closed());
    }
  }
}

TEST(Timeouts, OfADrainAreCounted) {
  running_server served([](server::config& settings) { settings.times.drain = milliseconds(300); });
  raw_client stuck(served.port());
  stuck.send("GET /json HTTP/1.1\r\n");
  EXPECT_EQ(raw_client(served.port()).exchange(get("/json")).status, 200);
  served.http().drain();
  served.http().wait();
  expect_timeouts(served, timeout::drain, 1);
}

// At some length the body's buffer leaves no room for the path's parameter.
TEST(RequestMemory, WhereRoutingFindsNoneTheHandlerIsNotCalledForABodyThatWasNotRead) {
  std::atomic<int> calls = 0;
  running_server served(
      [](server::config& settings) { settings.request_memory_max_bytes = 64 << 10; },
      [&](server::router& routes) {
        routes.post("/things/{name}", [&](const server::request&, server::response& to) {
          ++calls;
          to.body().append("called");
        });
      });
  int refused_when_routed = 0;
  for (int bytes = 54'000; bytes < 64'000; bytes += 8) {
    raw_client client(served.port());
    client.send("POST /things/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " +
                std::to_string(bytes) + "\r\n\r\n");
    const raw_response answer = client.receive(raw_client::content::none);
    if (answer.status == 503) ++refused_when_routed;
    ASSERT_TRUE(answer.status == 100 || answer.status == 503 || answer.status == 413)
        << answer.status;
    ASSERT_EQ(calls, 0) << bytes;
  }
  EXPECT_GT(refused_when_routed, 0);
}

}  // namespace
