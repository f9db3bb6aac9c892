#include "server/ops/healthcheck.hpp"

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using server::ops::healthcheck;

// A listener that answers its one client with `answer` after the request, on a thread of its own;
// with nothing if `answer` is empty, and then keeps the connection in its backlog.
class listening {
 public:
  explicit listening(const std::string& answer, const char* address = "127.0.0.1")
      : acceptor_(context_, tcp::endpoint(asio::ip::make_address(address), 0)) {
    if (!answer.empty()) serving_ = std::thread([this, answer] { serve(answer); });
  }
  ~listening() { asked(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  /// What the client has sent, once it has been served.
  const std::string& asked() {
    if (serving_.joinable()) serving_.join();
    return asked_;
  }

 private:
  void serve(const std::string& answer) {
    acceptor_.async_accept([&](boost::system::error_code failure, tcp::socket client) {
      if (failure) return;
      asio::read_until(client, asio::dynamic_buffer(asked_), "\r\n\r\n", failure);
      asio::write(client, asio::buffer(answer), failure);
    });
    context_.run_for(std::chrono::seconds(60));
  }

  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::string asked_;
  std::thread serving_;
};

TEST(Healthcheck, IsContentWith200) {
  std::ostringstream out;
  listening server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(healthcheck("127.0.0.1", server.port(), out), 0);
  EXPECT_EQ(out.str(), "healthcheck: 127.0.0.1:" + std::to_string(server.port()) + ": alive\n");
}

TEST(Healthcheck, AsksLivez) {
  std::ostringstream out;
  listening server("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(healthcheck("127.0.0.1", server.port(), out), 0);
  EXPECT_TRUE(server.asked().starts_with("GET /livez HTTP/1.1\r\nHost: ")) << server.asked();
}

TEST(Healthcheck, ReachesAServerThatListensEverywhere) {
  std::ostringstream out;
  listening server("HTTP/1.1 200 OK\r\n\r\n", "0.0.0.0");
  EXPECT_EQ(healthcheck("0.0.0.0", server.port(), out), 0) << out.str();
}

TEST(Healthcheck, ReachesAServerThatListensEverywhereOnIPv6) {
  std::ostringstream out;
  std::unique_ptr<listening> server;
  try {
    server = std::make_unique<listening>("HTTP/1.1 200 OK\r\n\r\n", "::");
  } catch (const boost::system::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  EXPECT_EQ(healthcheck("::", server->port(), out), 0) << out.str();
}

TEST(Healthcheck, ReachesByIPv4WhoeverListensEverywhereWithoutIPv6) {
  std::ostringstream out;
  listening server("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(healthcheck("::", server.port(), out), 0) << out.str();
  EXPECT_EQ(out.str(), "healthcheck: 127.0.0.1:" + std::to_string(server.port()) + ": alive\n");
}

TEST(Healthcheck, FailsOnAnotherStatus) {
  std::ostringstream out;
  listening server("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  EXPECT_EQ(healthcheck("127.0.0.1", server.port(), out), 1);
  EXPECT_EQ(out.str(), "healthcheck: 127.0.0.1:" + std::to_string(server.port()) +
                           ": the answer is not 200\n");
}

TEST(Healthcheck, FailsOnAnAnswerThatEndsEarly) {
  std::ostringstream out;
  listening server("HTTP/1.1 2");
  EXPECT_EQ(healthcheck("127.0.0.1", server.port(), out), 1);
  EXPECT_NE(out.str().find("End of file"), std::string::npos) << out.str();
}

TEST(Healthcheck, FailsWhereNobodyListens) {
  std::uint16_t port = 0;
  {
    listening gone("");
    port = gone.port();
  }
  std::ostringstream out;
  EXPECT_EQ(healthcheck("127.0.0.1", port, out), 1);
  EXPECT_NE(out.str().find("Connection refused"), std::string::npos) << out.str();
}

TEST(Healthcheck, FailsWithoutAnAnswerInTime) {
  std::ostringstream out;
  listening silent("");
  EXPECT_EQ(healthcheck("127.0.0.1", silent.port(), out, std::chrono::milliseconds(100)), 1);
  EXPECT_NE(out.str().find("no answer within 100 ms"), std::string::npos) << out.str();
}

TEST(Healthcheck, FailsOnWhatIsNoAddress) {
  std::ostringstream out;
  EXPECT_EQ(healthcheck("localhost:1", 1, out), 1);
  EXPECT_EQ(out.str(), "healthcheck: localhost:1 is no IP address\n");
}

}  // namespace
