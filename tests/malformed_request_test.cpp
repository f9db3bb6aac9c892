// What the server does with bad input: a clear answer, a closed connection, and on with the next.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/running_server.hpp"

namespace {

class MalformedRequest : public testing::Test {
 protected:
  // The status that `bytes` get; the connection must end, and the server go on.
  int answer(std::string_view bytes) {
    raw_client bad(served_.port());
    bad.send(bytes);
    const int status = bad.receive().status;
    EXPECT_TRUE(bad.is_closed()) << bytes;
    raw_client good(served_.port());
    EXPECT_EQ(good.exchange(get("/plaintext")).body, "Hello, World!");
    return status;
  }

  running_server served_{[](server::config& settings) {
    settings.bounds = {.header_bytes_max = 2048, .body_bytes_max = 10'000};
  }};
};

TEST_F(MalformedRequest, BadVersions) {
  EXPECT_EQ(answer("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(answer("GET / HTTP/x\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
}

TEST_F(MalformedRequest, MissingOrDoubleHost) {
  EXPECT_EQ(answer("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
}

TEST_F(MalformedRequest, TwoLengths) {
  EXPECT_EQ(answer("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(
      answer("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n[1]"),
      400);
}

TEST_F(MalformedRequest, Garbage) {
  EXPECT_EQ(answer("\x16\x03\x01\x02\x05\x01"), 400);
  EXPECT_EQ(answer("hello\r\n\r\n"), 400);
  EXPECT_EQ(answer(std::string(300, '\0')), 400);
}

TEST_F(MalformedRequest, HeaderOverTheLimit) {
  const std::string start = "GET /plaintext HTTP/1.1\r\nHost: h\r\nX: ";
  const auto header = [&](std::size_t bytes) {
    return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
  };
  raw_client exact(served_.port());
  EXPECT_EQ(exact.exchange(header(2048)).status, 200);
  EXPECT_EQ(answer(header(2049)), 431);
  EXPECT_EQ(answer(start + std::string(100'000, 'x')), 431);
}

TEST_F(MalformedRequest, BodyOverTheLimit) {
  const std::string exact = "\"" + std::string(9'998, 'b') + "\"";
  raw_client good(served_.port());
  EXPECT_EQ(good.exchange(post("/echo", exact)).body, exact);
  EXPECT_EQ(answer(post("/echo", exact + " ")), 413);
  EXPECT_EQ(answer("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2711\r\n" +
                   std::string(10'001, 'b')),
            413);
  EXPECT_EQ(answer(post("/echo", std::string(5'000'000, 'b'))), 413) << "though it goes on sending";
}

TEST_F(MalformedRequest, GoodRequestsBeforeABadOneAreAnswered) {
  raw_client client(served_.port());
  client.send(get("/plaintext") + get("/json") + "nonsense\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(MalformedRequest, ConnectionsThatEndInTheMiddleDoNoHarm) {
  const std::string request = post("/echo", "[1,2,3]");
  for (std::size_t bytes = 0; bytes < request.size(); ++bytes) {
    raw_client gone(served_.port());
    gone.send(request.substr(0, bytes));
  }
  raw_client good(served_.port());
  EXPECT_EQ(good.exchange(request).body, "[1,2,3]");
}

TEST(RequestMemory, OverTheBudgetIsAnsweredByStage) {
  running_server served([](server::config& settings) {
    settings.request_memory_max_bytes = 64 << 10;
    settings.bounds = {.header_bytes_max = 1 << 20, .body_bytes_max = 1 << 20};
  });
  const auto answer = [&](std::string_view bytes) {
    raw_client client(served.port());
    client.send(bytes);
    return client.receive().status;
  };
  EXPECT_EQ(answer("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(200'000, 'x') + "\r\n\r\n"),
            431);
  EXPECT_EQ(answer(post("/echo", std::string(200'000, ' '))), 413);
  EXPECT_EQ(answer("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n" +
                   std::string(200'000, ' ')),
            413);
  std::string dense = "[1";
  for (int i = 0; i < 10'000; ++i) dense += ",1";
  EXPECT_EQ(answer(post("/echo", dense + "]")), 413) << "the body fits, its document does not";
  EXPECT_EQ(answer(get("/items?count=1000")), 503);
  EXPECT_EQ(answer(get("/items?count=10")), 200);
}

}  // namespace
