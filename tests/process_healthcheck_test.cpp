// arena-server --healthcheck, which a container runs again and again, against another arena-server.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/served_process.hpp"

namespace {

finished_program healthcheck(std::uint16_t port, const child_setup& setup = {}) {
  return run_program({ARENA_SERVER_BINARY, "--healthcheck", "--address", "127.0.0.1", "--port",
                      std::to_string(port)},
                     setup, std::chrono::seconds(30));
}

void expect_one_line(const finished_program& done) {
  const std::string said = done.output + done.errors;
  EXPECT_EQ(said.find('\n'), said.size() - 1) << said;
  EXPECT_GT(said.size(), 1u);
}

TEST(ProcessHealthcheck, SucceedsAgainstARunningServer) {
  served_process served;
  const finished_program done = healthcheck(served.port());
  EXPECT_EQ(done.status, 0);
  expect_one_line(done);
}

TEST(ProcessHealthcheck, AsksLoopbackWhereTheServerListensEverywhere) {
  served_process served;
  const finished_program done =
      run_program({ARENA_SERVER_BINARY, "--healthcheck"},
                  {.environment = {"ARENA_SERVER_PORT=" + std::to_string(served.port())}});
  EXPECT_EQ(done.status, 0) << done.output << done.errors;
}

TEST(ProcessHealthcheck, FailsWhenTheServerHasStopped) {
  served_process served;
  const std::uint16_t port = served.port();
  served.child().signal(SIGKILL);
  EXPECT_EQ(served.child().wait(), -SIGKILL);
  const finished_program done = healthcheck(port);
  EXPECT_EQ(done.status, 1);
  expect_one_line(done);
}

TEST(ProcessHealthcheck, FailsInTimeWhenTheServerDoesNotAnswer) {
  served_process served;
  served.child().signal(SIGSTOP);  // the system still accepts connections for it
  const finished_program done = healthcheck(served.port());
  EXPECT_EQ(done.status, 1);
  expect_one_line(done);
  served.child().signal(SIGCONT);
  EXPECT_EQ(healthcheck(served.port()).status, 0);
}

}  // namespace
