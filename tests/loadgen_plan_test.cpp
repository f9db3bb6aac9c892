#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "loadtest/generator/command_line.hpp"
#include "loadtest/generator/plan_reader.hpp"
#include "loadtest/generator/request_mix.hpp"

namespace {

using namespace generator;

std::string with(const std::string& mix, const std::string& rest = "") {
  return R"({"port":80,"schedule":[{"rate":10,"seconds":1}],"mix":[)" + mix + "]" + rest + "}";
}

std::string refusal(const std::string& text) {
  try {
    read_plan(text, ".");
  } catch (const plan_error& error) {
    return error.what();
  }
  return "taken";
}

TEST(LoadgenPlan, RefusesWithThePathOfWhatIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"{", "line 1: the JSON text ends too early"},
      {"{\n]", "line 2: not JSON"},
      {with("{}") + "x", "line 1: text after"},
      {"[]", "plan: must be an object"},
      {R"({"schedule":[],"mix":[]})", "port: is missing"},
      {R"({"port":80})", "schedule: is missing"},
      {R"({"port":80,"schedule":[]})", "schedule: must be a list"},
      {R"({"port":0})", "port: must be a whole number from 1"},
      {R"({"port":80,"schedule":[{"rate":1}]})", "schedule[0].seconds: is missing"},
      {R"({"port":80,"schedule":[{"rate":-1,"seconds":1}]})", "schedule[0].rate: must"},
      {R"({"port":80,"schedule":[{"kind":"x","rate":1,"seconds":1}]})", "schedule[0].kind: must"},
      {R"({"port":80,"schedule":[{"rate":0,"seconds":1}],"mix":[{}]})", "schedule: a rate above 0"},
      {with(R"({},{"name":"b","wieght":1})"), "mix[1].wieght: no such member"},
      {with(R"({"expect":{"status":"200"}})"), "mix[0].expect.status: must"},
      {with(R"({"expect":{"close":1}})"), "mix[0].expect.close: must be true or false"},
      {with(R"({"fields":[["A"]]})"), "mix[0].fields[0]: must be [name, value]"},
      {with(R"({"fields":[["A b","c"]]})"), "mix[0].fields[0]: the name"},
      {with(R"({"fields":[["A","c\r\nd"]]})"), "mix[0].fields[0]: the value"},
      {with(R"({"fields":[["content-length","1"]]})"), "mix[0].fields[0]: content-length"},
      {with(R"({"target":"/a b"})"), "mix[0].target: must"},
      {with(R"({"method":"G T"})"), "mix[0].method: must"},
      {with(R"({"body_file":"/nowhere/to/be/found"})"), "mix[0].body_file: cannot read"},
      {with(R"({"raw":"x","method":"GET"})"), "mix[0].method: has no meaning"},
      {with(R"({"template":true,"body":"{random:5:1}"})"), "mix[0].body: {random:5:1}"},
      {with(R"({"name":"a"},{"name":"a"})"), "mix[1].name: is the name of another"},
      {with(R"({"weight":0})"), "mix: a weight above 0"},
      {with("{}", R"(,"connections":2,"threads":3)"), "threads: must not exceed"},
      {with("{}", R"(,"connections":1.5)"), "connections: must be a whole number"}};
  for (const auto& [text, start] : cases) {
    EXPECT_EQ(refusal(text).substr(0, start.size()), start) << text;
  }
  EXPECT_EQ(refusal(with("{}")), "taken");
}

TEST(LoadgenPlan, ReadsEveryMember) {
  const plan read = read_plan(
      R"({"address":"::1","port":81,"seed":3,"connections":5,"threads":2,"requests_per_connection":7,
      "timeout_ms":250,"spin_us":9,"schedule":[{"kind":"poisson","rate":1.5,"rate_end":3,"seconds":2}],
      "mix":[{"name":"a","weight":2,"method":"PUT","target":"/t","fields":[["A","b"]],"body":"c",
      "template":true,"expect":{"status":201,"length":4,"close":true},"slow_write_bytes_per_s":11,
      "slow_read_bytes_per_s":12},{"name":"r","raw":"X"}]})",
      ".");
  EXPECT_EQ(read.address, "::1");
  EXPECT_EQ(read.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(read.spin, std::chrono::microseconds(9));
  EXPECT_EQ(read.schedule[0].rate_end, 3);
  EXPECT_EQ(read.schedule[0].kind, arrivals::poisson);
  EXPECT_EQ(read.mix[0].expect.length, 4u);
  EXPECT_EQ(read.mix[0].expect.connection, ending::closed);
  EXPECT_EQ(read.mix[0].read_bytes_per_s, 12u);
  EXPECT_EQ(read.mix[1].raw, "X");
  std::string buffer;
  EXPECT_EQ(request_mix(read).bytes(0, 0, buffer),
            "PUT /t HTTP/1.1\r\nHost: [::1]:81\r\nA: b\r\nContent-Length: 1\r\n\r\nc");
}

TEST(LoadgenMix, ChoosesByWeightAndRepeatsBySeed) {
  const plan wanted = read_plan(
      with(
          R"({"name":"a","weight":90},{"name":"b","weight":9},{"name":"c","weight":1},{"name":"d","weight":0})"),
      ".");
  const request_mix mix(wanted), again(wanted);
  std::size_t counts[4] = {};
  for (std::uint64_t n = 0; n < 100'000; ++n) {
    const std::size_t kind = mix.choose(n);
    ASSERT_EQ(again.choose(n), kind);
    ++counts[kind];
  }
  EXPECT_NEAR(static_cast<double>(counts[0]), 90'000, 400);  // four standard deviations
  EXPECT_NEAR(static_cast<double>(counts[1]), 9'000, 365);
  EXPECT_NEAR(static_cast<double>(counts[2]), 1'000, 126);
  EXPECT_EQ(counts[3], 0u);
}

TEST(LoadgenMix, FillsTemplatesAndLeavesOtherBraces) {
  const plan wanted = read_plan(
      with(
          R"({"method":"POST","target":"/x/{n}","body":"{\"a\":{n},\"b\":{random:-3:3}}","template":true})"),
      ".");
  const request_mix mix(wanted);
  std::set<int> seen;
  for (std::uint64_t n = 0; n < 200; ++n) {
    std::string buffer;
    const std::string bytes(mix.bytes(0, n, buffer));
    const std::string number = std::to_string(n);
    EXPECT_TRUE(bytes.starts_with("POST /x/" + number + " HTTP/1.1\r\n")) << bytes;
    const std::string body = bytes.substr(bytes.find("\r\n\r\n") + 4);
    const std::string before = "{\"a\":" + number + ",\"b\":";
    ASSERT_TRUE(body.starts_with(before) && body.ends_with("}")) << body;
    EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body.size()) + "\r\n"), bytes.npos);
    seen.insert(std::stoi(body.substr(before.size())));
  }
  EXPECT_EQ(seen, (std::set<int>{-3, -2, -1, 0, 1, 2, 3}));
}

std::string misuse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "loadgen");
  std::ostringstream out;
  try {
    read_command_line(static_cast<int>(arguments.size()), arguments.data(), out);
  } catch (const usage_error& error) {
    return error.what();
  }
  return "taken";
}

TEST(LoadgenFlags, MakeAPlan) {
  const char* const arguments[] = {"loadgen",         "--url",    "http://[::1]:81/a?b=c",
                                   "--rate",          "5",        "--duration",
                                   "1500ms",          "--header", "A: b",
                                   "--header",        "C:d",      "--poisson",
                                   "--expect-status", "404"};
  std::ostringstream out;
  const plan made = read_command_line(14, arguments, out)->wanted;
  EXPECT_EQ(made.address, "::1");
  EXPECT_EQ(made.port, 81);
  EXPECT_EQ(made.mix[0].target, "/a?b=c");
  EXPECT_EQ(made.mix[0].fields[1], (std::pair<std::string, std::string>("C", "d")));
  EXPECT_EQ(made.mix[0].expect.status, 404u);
  EXPECT_EQ(made.schedule[0].seconds, 1.5);
  EXPECT_EQ(made.schedule[0].kind, arrivals::poisson);
}

TEST(LoadgenFlags, AreRefusedByName) {
  EXPECT_EQ(misuse({}), "give --url or --plan");
  EXPECT_EQ(misuse({"--url", "ftp://x/", "--rate", "1"}).substr(0, 6), "--url:");
  EXPECT_EQ(misuse({"--url", "http://x:0/", "--rate", "1"}).substr(0, 6), "--url:");
  EXPECT_EQ(misuse({"--url", "http://x/"}).substr(0, 7), "--rate:");
  EXPECT_EQ(misuse({"--url", "http://x/", "--rate", "1", "--duration", "1h"}).substr(0, 11),
            "--duration:");
  EXPECT_EQ(misuse({"--url", "http://x/", "--rate", "1", "--header", "x"}).substr(0, 9),
            "--header:");
  EXPECT_EQ(misuse({"--plan", "/nowhere/x.json"}).substr(0, 7), "--plan:");
  EXPECT_NE(misuse({"--plan", "/nowhere/x.json", "--rate", "3"}).find("--rate"), std::string::npos);
}

}  // namespace
