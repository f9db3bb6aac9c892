// The real server with clients that others wrote: curl, wrk, h2load, ab.
#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

class Peers : public testing::Test {
 protected:
  // What curl prints; the test fails if curl does.
  static finished_program curl(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"curl",         "--disable",  "--silent",
                                        "--show-error", "--max-time", "30"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const finished_program done = run_program(command);
    EXPECT_EQ(done.status, 0) << done.errors;
    return done;
  }

  served_process served_;
  temporary_folder folder_;
};

// The number behind `label` in a report; -1 if there is none.
long number_after(const std::string& report, const std::string& label) {
  const std::size_t at = report.find(label);
  return at == report.npos ? -1 : std::stol(report.substr(at + label.size()));
}

std::string json_array_of_bytes(std::size_t bytes) {
  std::string text = "[";
  while (text.size() < bytes) text += '"' + std::string(100, 'x') + "\",";
  text.back() = ']';
  return text;
}

TEST_F(Peers, CurlGetsAndPosts) {
  EXPECT_EQ(curl({served_.url("/json")}).output, R"({"message":"Hello, World!"})");
  EXPECT_EQ(curl({"--json", "[1,{\"a\":null}]", served_.url("/echo")}).output, R"([1,{"a":null}])");
  EXPECT_EQ(curl({"--compressed", served_.url("/plaintext")}).output, "Hello, World!");
}

TEST_F(Peers, CurlGetsTheHeadAlone) {
  const std::string head = curl({"--head", served_.url("/json")}).output;
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
  EXPECT_EQ(number_after(head, "Content-Length: "), 27) << head;
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
}

TEST_F(Peers, CurlWaitsForTheInvitationToSendALargeBody) {
  const std::string body = json_array_of_bytes(2 << 20);
  const finished_program done =
      curl({"--verbose", "--header", "Content-Type: application/json", "--expect100-timeout", "20",
            "--json", "@" + folder_.write("body", body), served_.url("/echo")});
  EXPECT_NE(done.errors.find("< HTTP/1.1 100 Continue"), std::string::npos);
  EXPECT_TRUE(done.output == body);
}

TEST_F(Peers, CurlUploadsInChunks) {
  const std::string body = json_array_of_bytes(200'000);
  const finished_program done =
      curl({"--verbose", "--header", "Transfer-Encoding: chunked", "--header", "Expect:", "--json",
            "@" + folder_.write("body", body), served_.url("/echo")});
  EXPECT_NE(done.errors.find("> Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_TRUE(done.output == body);
}

TEST_F(Peers, CurlSpeaksHttp10) {
  const finished_program done = curl({"--verbose", "--http1.0", served_.url("/json")});
  EXPECT_EQ(done.output, R"({"message":"Hello, World!"})");
  EXPECT_NE(done.errors.find("> GET /json HTTP/1.0"), std::string::npos);
}

TEST_F(Peers, CurlKeepsOneConnectionForManyRequests) {
  const finished_program done =
      curl({"--output", "/dev/null", "--write-out", "%{http_code} %{num_connects}\n",
            served_.url("/items?count=[1-50]")});
  std::string expected = "200 1\n";
  for (int i = 1; i < 50; ++i) expected += "200 0\n";
  EXPECT_EQ(done.output, expected);
}

TEST_F(Peers, WrkSeesNoErrors) {
  for (const char* path : {"/plaintext", "/items?count=100"}) {
    const finished_program done = run_program(
        {"wrk", "--threads", "1", "--connections", "32", "--duration", "1s", served_.url(path)});
    EXPECT_EQ(done.status, 0) << done.errors;
    EXPECT_EQ(done.output.find("Socket errors"), std::string::npos) << done.output;
    EXPECT_EQ(done.output.find("Non-2xx"), std::string::npos) << done.output;
    std::smatch requests;
    ASSERT_TRUE(std::regex_search(done.output, requests, std::regex("(\\d+) requests in")));
    EXPECT_GT(std::stol(requests[1]), 100) << done.output;
  }
}

void expect_h2load_succeeds(const served_process& served, const std::string& depth) {
  const finished_program done =
      run_program({"h2load", "--h1", "--requests", "4000", "--clients", "8",
                   "--max-concurrent-streams", depth, served.url("/items?count=3")});
  EXPECT_EQ(done.status, 0) << done.errors;
  EXPECT_NE(done.output.find("4000 done, 4000 succeeded, 0 failed, 0 errored, 0 timeout"),
            std::string::npos)
      << done.output;
  EXPECT_NE(done.output.find("status codes: 4000 2xx"), std::string::npos) << done.output;
}

TEST_F(Peers, H2loadSucceedsWithEachRequest) {
  expect_h2load_succeeds(served_, "1");
}

TEST_F(Peers, H2loadSucceedsWithEachPipelinedRequest) {
  expect_h2load_succeeds(served_, "16");
}

TEST_F(Peers, H2loadSucceedsWithPipelinesDeeperThanTheServerAnswersAhead) {
  expect_h2load_succeeds(served_, "100");
}

void expect_ab_succeeds(const finished_program& done) {
  EXPECT_EQ(done.status, 0) << done.errors;
  EXPECT_EQ(number_after(done.output, "Complete requests:"), 2000) << done.output;
  EXPECT_EQ(number_after(done.output, "Failed requests:"), 0) << done.output;
  EXPECT_EQ(number_after(done.output, "Non-2xx responses:"), -1) << done.output;
}

TEST_F(Peers, AbKeepsItsConnections) {
  const finished_program done =
      run_program({"ab", "-q", "-k", "-n", "2000", "-c", "8", served_.url("/json")});
  expect_ab_succeeds(done);
  EXPECT_EQ(number_after(done.output, "Keep-Alive requests:"), 2000) << done.output;
}

TEST_F(Peers, AbOpensAConnectionForEachRequest) {
  expect_ab_succeeds(run_program({"ab", "-q", "-n", "2000", "-c", "8", served_.url("/json")}));
}

TEST_F(Peers, AbPostsBodies) {
  const std::string body = folder_.write("body", json_array_of_bytes(10'000));
  expect_ab_succeeds(run_program({"ab", "-q", "-k", "-n", "2000", "-c", "8", "-p", body, "-T",
                                  "application/json", served_.url("/echo")}));
}

}  // namespace
