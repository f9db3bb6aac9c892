// The port for who watches the server: it answers whatever happens on the other one.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/wait_until.hpp"

namespace {

class watched_process : public served_process {
 public:
  explicit watched_process(std::vector<std::string> flags = {})
      : served_process(with_admin_port(std::move(flags))) {
    const std::string line = child().error_line("health and metrics on port ");
    admin_port_ = static_cast<std::uint16_t>(std::stoul(line.substr(line.rfind(' '))));
  }

  std::uint16_t admin_port() const { return admin_port_; }
  raw_response watched(const std::string& path) const {
    return raw_client(admin_port_).exchange(get(path));
  }

 private:
  static std::vector<std::string> with_admin_port(std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--admin-port", "0"});
    return flags;
  }

  std::uint16_t admin_port_ = 0;
};

TEST(ProcessAdmin, HasHealthAndFiguresAndNothingElse) {
  const watched_process served;
  for (const char* path : {"/livez", "/readyz", "/stats", "/metrics"})
    EXPECT_EQ(served.watched(path).status, 200) << path;
  EXPECT_EQ(served.watched("/plaintext").status, 404);
}

TEST(ProcessAdmin, LeavesTheOtherPortHealthAlone) {
  const watched_process served;
  raw_client client(served.port());
  for (const char* path : {"/livez", "/readyz"})
    EXPECT_EQ(client.exchange(get(path)).status, 200) << path;
  for (const char* path : {"/stats", "/metrics"})
    EXPECT_EQ(client.exchange(get(path)).status, 404) << path;
}

TEST(ProcessAdmin, TellsOfTheOtherPortsRequests) {
  const watched_process served;
  EXPECT_EQ(raw_client(served.port()).exchange(get("/json")).status, 200);
  const auto tells = [&](const std::string& line) {
    return served.watched("/metrics").body.find(line) != std::string::npos;
  };
  EXPECT_TRUE(wait_until([&] {
    return tells(
        "arena_server_requests_total{endpoint=\"GET /json\",method=\"GET\",code=\"2xx\"} 1\n");
  })) << served.watched("/metrics").body;
  EXPECT_FALSE(tells("endpoint=\"GET /metrics\"")) << "its own are nobody's concern";
}

TEST(ProcessAdmin, AnswersWhereTheServerIsFull) {
  const watched_process served({"--connections-max", "2"});
  std::vector<std::unique_ptr<raw_client>> all;
  for (int i = 0; i < 2; ++i) {
    all.push_back(std::make_unique<raw_client>(served.port()));
    EXPECT_EQ(all.back()->exchange(get("/json")).status, 200);
  }
  EXPECT_EQ(raw_client(served.port()).receive().status, 503);
  EXPECT_EQ(served.watched("/livez").status, 200);
  EXPECT_EQ(served.watched("/readyz").status, 200);
}

TEST(ProcessAdmin, AnswersWhileTheDrainLasts) {
  watched_process served({"--drain-delay", "0s"});
  raw_client under_way(served.port());
  under_way.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1");
  ASSERT_TRUE(wait_until([&] {
    return served.watched("/metrics").body.find("state=\"reading\"} 1") != std::string::npos;
  }));
  served.child().signal(SIGTERM);
  ASSERT_TRUE(wait_until([&] { return served.watched("/readyz").status == 503; }));
  EXPECT_EQ(served.watched("/livez").status, 200);
  under_way.send("2");
  EXPECT_EQ(under_way.receive().body, "12");
  EXPECT_EQ(served.child().wait(), 0);
}

TEST(ProcessAdmin, EndsSoonThoughItsClientsStay) {
  watched_process served({"--drain-delay", "0s"});
  raw_client stays(served.admin_port());
  EXPECT_EQ(stays.exchange(get("/readyz")).status, 200);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(std::chrono::seconds(10)), 0);
}

TEST(ProcessAdmin, IsAskedByTheHealthcheck) {
  const watched_process served;
  const std::string port = std::to_string(served.admin_port());
  const finished_program done = run_program({ARENA_SERVER_BINARY, "--healthcheck", "--address",
                                             "127.0.0.1", "--port", "1", "--admin-port", port});
  EXPECT_EQ(done.status, 0) << done.output << done.errors;
  EXPECT_NE(done.output.find(":" + port + ": alive"), std::string::npos) << done.output;
}

TEST(ProcessAdmin, MustBeAnotherPort) {
  const served_process other;
  const finished_program done =
      run_program({ARENA_SERVER_BINARY, "--address", "127.0.0.1", "--port", "0", "--admin-port",
                   std::to_string(other.port())});
  EXPECT_EQ(done.status, 1);
  EXPECT_NE(done.errors.find("port " + std::to_string(other.port())), std::string::npos)
      << done.errors;
}

}  // namespace
