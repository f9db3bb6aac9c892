// What the real server writes: log and access log, also where nobody can take them.
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wait_until.hpp"

namespace {

using std::chrono::seconds;

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {
    if (number < 0) throw std::system_error(errno, std::generic_category());
  }
  ~descriptor() { ::close(number_); }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int get() const { return number_; }

 private:
  const int number_;
};

std::array<int, 2> opened_pipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends.fill(-1);
  return ends;
}

struct a_pipe {
  const std::array<int, 2> ends = opened_pipe();
  const descriptor reads{ends[0]};
  const descriptor writes{ends[1]};
};

// Writes until the pipe takes no more. By an opening of its own, since whether writes block is a
// property of the opening, and the child's are to block.
void fill(const descriptor& pipe) {
  const descriptor own(
      ::open(("/proc/self/fd/" + std::to_string(pipe.get())).c_str(), O_WRONLY | O_NONBLOCK));
  const std::string page(4096, '.');
  while (::write(own.get(), page.data(), page.size()) > 0) continue;
  while (::write(own.get(), page.data(), 1) > 0) continue;
}

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string thousand_rows() {
  std::string text;
  for (int id = 0; id < 1000; ++id)
    text += R"({"id":)" + std::to_string(id) + R"(,"name":")" + std::string(100, 'x') + "\"}\n";
  return text;
}

class ProcessLog : public testing::Test {
 protected:
  // With so little memory for a request, two endpoints fail, and each failure is logged.
  std::vector<std::string> flags(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all = {"--request-memory-max", "32KiB", "--data",
                                    folder_.write("rows.ndjson", thousand_rows())};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  // In turns, so that no two equal lines come in a row; more lines than any queue would hold.
  static void expect_answers_with_much_to_log(const served_process& served) {
    raw_client client(served.port());
    const std::vector<std::pair<std::string, int>> expected = {
        {get("/items?count=10000"), 503},
        {get("/json"), 200},
        {get("/collections/rows?limit=1000"), 503}};
    for (int round = 0; round < 6000; ++round) {
      for (const auto& [request, status] : expected) {
        client.send(request);
        ASSERT_TRUE(client.hears_within(seconds(5))) << "round " << round << ": " << request;
        ASSERT_EQ(client.receive().status, status) << "round " << round << ": " << request;
      }
    }
  }

  temporary_folder folder_;
};

TEST_F(ProcessLog, ToAFullDeviceStopsNoRequest) {
  const descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  served_process served(flags(), {.errors_descriptor = full.get()});
  expect_answers_with_much_to_log(served);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
}

TEST_F(ProcessLog, ToAPipeThatNobodyReadsStopsNoRequest) {
  const a_pipe unread;
  served_process served(flags(), {.errors_descriptor = unread.writes.get()});
  fill(unread.writes);
  expect_answers_with_much_to_log(served);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
}

TEST_F(ProcessLog, ToAPipeWhoseReaderIsGoneStopsNoRequest) {
  auto unread = std::make_unique<a_pipe>();
  served_process served(flags(), {.errors_descriptor = unread->writes.get()});
  unread.reset();
  expect_answers_with_much_to_log(served);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
}

TEST_F(ProcessLog, OfAccessesToAFullDeviceStopsNoRequest) {
  served_process served(flags({"--access-log", "/dev/full"}));
  expect_answers_with_much_to_log(served);
  std::size_t complaints = 0;
  std::istringstream log(served.child().errors());
  for (std::string line; std::getline(log, line);)
    complaints += line.find("No space left") != std::string::npos;
  EXPECT_LE(complaints, 60u) << "a line for each request is too much";
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
}

TEST_F(ProcessLog, OfAccessesToAPipeThatNobodyReadsStopsNoRequest) {
  const a_pipe unread;
  served_process served(flags({"--access-log", "-"}), {.output_descriptor = unread.writes.get()});
  fill(unread.writes);
  expect_answers_with_much_to_log(served);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
}

void ask_for_each_kind(std::uint16_t port) {
  raw_client client(port);
  EXPECT_EQ(client.exchange(get("/json")).status, 200);
  EXPECT_EQ(client.exchange(get("/nowhere")).status, 404);
  EXPECT_EQ(client.exchange(post("/echo", "[1,")).status, 400);
  EXPECT_EQ(raw_client(port).exchange("GET /quo\"te HTTP/1.1\r\nHost: h\r\n\r\n").status, 400);
}

TEST_F(ProcessLog, HasALineForEachAccess) {
  const std::string file = folder_.path("access");
  served_process served({"--threads", "1", "--access-log", file});
  ask_for_each_kind(served.port());
  ASSERT_TRUE(wait_until([&] { return lines_of(file).size() >= 4; }));
  const auto lines = lines_of(file);
  ASSERT_EQ(lines.size(), 4u);
  const auto has = [&](std::size_t line, const char* text) {
    return lines[line].find(text) != std::string::npos;
  };
  EXPECT_TRUE(has(0, "/json") && has(0, "GET") && has(0, "200")) << lines[0];
  EXPECT_TRUE(has(1, "/nowhere") && has(1, "404")) << lines[1];
  EXPECT_TRUE(has(2, "/echo") && has(2, "POST") && has(2, "400")) << lines[2];
  EXPECT_TRUE(has(3, "400")) << lines[3];
}

TEST_F(ProcessLog, HasAJsonObjectForEachAccess) {
  const std::string file = folder_.path("access");
  served_process served({"--access-log", file, "--log-format", "json"});
  ask_for_each_kind(served.port());
  ASSERT_TRUE(wait_until([&] { return lines_of(file).size() >= 4; }));
  std::vector<std::int64_t> statuses;
  for (const std::string& line : lines_of(file))
    statuses.push_back(boost::json::parse(line).at("status").as_int64());
  EXPECT_EQ(statuses, (std::vector<std::int64_t>{200, 404, 400, 400}));
}

TEST_F(ProcessLog, IsJsonThroughoutWhenAskedFor) {
  served_process served(flags({"--log-format", "json"}));
  EXPECT_EQ(raw_client(served.port()).exchange(get("/items?count=10000")).status, 503);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
  std::istringstream log(served.child().errors());
  std::size_t lines = 0;
  for (std::string line; std::getline(log, line); ++lines)
    EXPECT_FALSE(boost::json::parse(line).at("message").as_string().empty());
  EXPECT_GE(lines, 3u);
}

TEST_F(ProcessLog, HasEveryAccessThatWasAnsweredBeforeTheEnd) {
  const std::string file = folder_.path("access");
  served_process served({"--access-log", file});
  raw_client client(served.port());
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.exchange(get("/json")).status, 200);
  served.child().signal(SIGTERM);
  EXPECT_EQ(served.child().wait(), 0);
  EXPECT_EQ(lines_of(file).size(), 2000u);
}

}  // namespace
