// The real server while it loads its data: what it says beforehand, and what signals do.
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using std::chrono::seconds;

// Enough for a second of loading.
std::string many_rows() {
  std::string text;
  for (int id = 0; id < 500'000; ++id)
    text += R"({"id":)" + std::to_string(id) +
            R"(,"name":"a row of some length","score":1.25})"
            "\n";
  return text;
}

class ProcessStart : public testing::Test {
 protected:
  temporary_folder folder_;
  const std::string data_ = folder_.write("rows.ndjson", many_rows());
  child_process loading_{
      {ARENA_SERVER_BINARY, "--port", "0", "--address", "127.0.0.1", "--data", data_}};
};

TEST_F(ProcessStart, SaysWhatItLoads) {
  const std::string line = loading_.error_line("loading");
  EXPECT_NE(line.find("loading data: files 1, bytes "), line.npos) << line;
}

TEST_F(ProcessStart, EndsAtOnceOnSigterm) {
  loading_.error_line("loading");
  loading_.signal(SIGTERM);
  EXPECT_EQ(loading_.wait(), 0);
  if (loading_.errors().find("arena-server ready") != std::string::npos)
    GTEST_SKIP() << "its data was loaded before the signal came";
  EXPECT_NE(loading_.errors().find("ended by a signal before it was ready\n"), std::string::npos);
}

TEST_F(ProcessStart, ReloadsAfterwardsOnSighup) {
  loading_.error_line("loading");
  loading_.signal(SIGHUP);
  EXPECT_FALSE(loading_.error_line("data reloaded", seconds(60)).empty());
}

TEST(ProcessMemory, IsWarnedOfWhereTheLimitLeavesNoRoom) {
  served_process served({"--memory-max", "900GiB"});
  EXPECT_NE(served.child().errors().find("of memory may not do ("), std::string::npos)
      << served.child().errors();
}

TEST(ProcessMemory, IsNotWarnedOfByDefault) {
  served_process served;
  EXPECT_EQ(served.child().errors().find("may not do"), std::string::npos)
      << served.child().errors();
}

}  // namespace
