// SIGHUP: the real server reads its data again, and keeps what it has if that fails.
#include <atomic>
#include <csignal>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/request_loops.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wait_until.hpp"

namespace {

std::string rows(int count) {
  std::string text;
  for (int id = 1; id <= count; ++id)
    text += R"({"id":)" + std::to_string(id) + R"(,"name":"row )" + std::to_string(id) + "\"}\n";
  return text;
}

// How many rows there are, by what an answer says of itself: 10 of "0-9/10".
std::string total_of(const raw_response& answer) {
  const std::string range = answer.field("Content-Range");
  return range.substr(range.find('/') + 1);
}

class ProcessReload : public testing::Test {
 protected:
  std::string total() const {
    return total_of(raw_client(served_.port()).exchange(get("/collections/rows")));
  }
  bool has_rows(const std::string& count) const {
    return wait_until([&] { return total() == count; });
  }

  temporary_folder folder_;
  const std::string file_ = folder_.write("rows.ndjson", rows(10));
  served_process served_{{"--threads", "2", "--data", file_}};
};

TEST_F(ProcessReload, ServesTheNewRows) {
  ASSERT_EQ(total(), "10");
  folder_.write("rows.ndjson", rows(5000));
  EXPECT_EQ(total(), "10") << "nobody asked for the new ones yet";
  served_.child().signal(SIGHUP);
  EXPECT_TRUE(has_rows("5000"));
  const raw_response row = raw_client(served_.port()).exchange(get("/collections/rows/5000"));
  EXPECT_EQ(row.body, "{\"id\":5000,\"name\":\"row 5000\"}\n");
  folder_.write("rows.ndjson", rows(3));
  served_.child().signal(SIGHUP);
  EXPECT_TRUE(has_rows("3"));
  EXPECT_EQ(raw_client(served_.port()).exchange(get("/collections/rows/5000")).status, 404);
}

TEST_F(ProcessReload, LeavesRequestsWhatTheNewRowsDoNotTake) {
  const auto budget = [&] {
    const std::string metrics = raw_client(served_.port()).exchange(get("/metrics")).body;
    const std::string name = "\narena_server_memory_budget_hard_bytes ";
    return std::stoull(metrics.substr(metrics.find(name) + name.size()));
  };
  const auto before = budget();
  folder_.write("rows.ndjson", rows(5000));
  served_.child().signal(SIGHUP);
  ASSERT_TRUE(has_rows("5000"));
  served_.child().error_line("data reloaded");
  EXPECT_TRUE(wait_until([&] { return budget() < before; }));
  const auto with_many = budget();
  folder_.write("rows.ndjson", rows(20'000) + "broken");
  served_.child().signal(SIGHUP);
  served_.child().error_line("data not reloaded");
  EXPECT_TRUE(wait_until([&] { return budget() == with_many; })) << budget();
  folder_.write("rows.ndjson", rows(10));
  served_.child().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return budget() == before; })) << budget();
}

TEST_F(ProcessReload, KeepsTheOldRowsWhenAFileIsBroken) {
  folder_.write("rows.ndjson", rows(20) + "{\"id\":21,\n");
  served_.child().signal(SIGHUP);
  const std::string line = served_.child().error_line("rows.ndjson:21:");
  EXPECT_NE(line.find("error"), std::string::npos) << line;
  EXPECT_EQ(total(), "10");
  folder_.write("rows.ndjson", rows(22));
  served_.child().signal(SIGHUP);
  EXPECT_TRUE(has_rows("22")) << "the repaired file";
}

TEST_F(ProcessReload, KeepsTheOldRowsWhenAFileIsGone) {
  std::filesystem::remove(file_);
  served_.child().signal(SIGHUP);
  const std::string line = served_.child().error_line("rows.ndjson");
  EXPECT_NE(line.find("error"), std::string::npos) << line;
  EXPECT_EQ(total(), "10");
}

TEST(ProcessReloadOfCsv, KeepsTheOldRowsWhenAFileIsBroken) {
  const temporary_folder folder;
  const std::string file = folder.write("rows.csv", "id,name\n1,one\n2,two\n");
  served_process served({"--threads", "2", "--data", file});
  const auto status_of = [&](const std::string& id) {
    return raw_client(served.port()).exchange(get("/collections/rows/" + id)).status;
  };
  ASSERT_EQ(status_of("2"), 200);
  folder.write("rows.csv", "id,name\n1,one\n3\n");
  served.child().signal(SIGHUP);
  const std::string line = served.child().error_line("rows.csv:3:");
  EXPECT_NE(line.find("the row has 1 field, the header 2"), std::string::npos) << line;
  EXPECT_EQ(status_of("2"), 200);
  folder.write("rows.csv", "id,name\n1,one\n3,three\n");
  served.child().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return status_of("3") == 200; })) << "the repaired file";
  EXPECT_EQ(status_of("2"), 404);
}

TEST_F(ProcessReload, FailsNoRequestMeanwhile) {
  std::atomic<int> unknown_totals = 0;
  std::atomic<int> with_old = 0;
  std::atomic<int> with_new = 0;
  request_loops clients(served_.port(), 4, get("/collections/rows?limit=1000"),
                        [&](const raw_response& answer) {
                          const std::string seen = total_of(answer);
                          // Rows and number are of the same state.
                          const bool is_old = seen == "10" && answer.body.size() < 1000;
                          const bool is_new = seen == "5000" && answer.body.size() > 20'000;
                          ++(is_old ? with_old : is_new ? with_new : unknown_totals);
                        });
  for (int round = 0; round < 5; ++round) {
    folder_.write("rows.ndjson", rows(5000));
    served_.child().signal(SIGHUP);
    ASSERT_TRUE(has_rows("5000"));
    const int new_before = with_new;
    EXPECT_TRUE(wait_until([&] { return with_new > new_before + 8; }));
    folder_.write("rows.ndjson", rows(round) + "broken");
    served_.child().signal(SIGHUP);
    served_.child().error_line("rows.ndjson:" + std::to_string(round + 1) + ":");
    folder_.write("rows.ndjson", rows(10));
    served_.child().signal(SIGHUP);
    ASSERT_TRUE(has_rows("10"));
    const int old_before = with_old;
    EXPECT_TRUE(wait_until([&] { return with_old > old_before + 8; }));
  }
  clients.stop();
  EXPECT_EQ(clients.connections, 4u) << "no connection ended";
  EXPECT_EQ(clients.other_statuses, 0u);
  EXPECT_EQ(clients.cut + clients.silences, 0u);
  EXPECT_EQ(unknown_totals, 0);
}

}  // namespace
