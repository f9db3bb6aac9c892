#include "server/ops/access_log.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace {

using namespace server::ops;
namespace http = boost::beast::http;
namespace fs = std::filesystem;
using server::log_format;
using std::chrono::nanoseconds;

const access_entry usual{.remote = "192.0.2.1",
                         .method = "GET",
                         .target = "/path?x",
                         .version = 11,
                         .status = http::status::ok,
                         .bytes_sent = 1234,
                         .latency = nanoseconds(123'456)};

bool soon(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return condition();
}

class AccessLog : public testing::Test {
 protected:
  fs::path path() const { return folder_.path() / "access"; }
  std::string written() const { return folder_.read("access"); }
  // The line of the entry, whole.
  std::string line(const access_entry& entry, log_format format) {
    {
      logging log(settings_);
      access_log access(log, path().string(), format);
      access.write(entry);
    }
    return written();
  }
  // The same as text, without its time.
  std::string text(const access_entry& entry) {
    const std::string whole = line(entry, log_format::text);
    return whole.substr(whole.find(' ') + 1);
  }
  boost::json::value json(const access_entry& entry) {
    return boost::json::parse(line(entry, log_format::json));
  }

  temporary_folder folder_;
  server::config settings_;
};

TEST_F(AccessLog, WritesALineOfText) {
  const std::regex wanted(R"re(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 192\.0\.2\.1 )re"
                          R"re("GET /path\?x HTTP/1\.1" 200 1234 0\.000123\n)re");
  EXPECT_TRUE(std::regex_match(line(usual, log_format::text), wanted)) << written();
}

TEST_F(AccessLog, WritesALineOfJson) {
  const boost::json::value read = json(usual);
  const std::string time(read.at("time").as_string());
  EXPECT_TRUE(std::regex_match(time, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")))
      << time;
  EXPECT_EQ(read.at("remote").as_string(), "192.0.2.1");
  EXPECT_EQ(read.at("method").as_string(), "GET");
  EXPECT_EQ(read.at("target").as_string(), "/path?x");
  EXPECT_EQ(read.at("version").as_string(), "1.1");
  EXPECT_EQ(read.at("status").as_int64(), 200);
  EXPECT_EQ(read.at("bytes").as_int64(), 1234);
  EXPECT_DOUBLE_EQ(read.at("seconds").as_double(), 0.000123);
  EXPECT_EQ(read.as_object().size(), 8u);
}

TEST_F(AccessLog, SaysTheTimeOfNow) {
  const auto before = std::chrono::system_clock::now();
  const std::string time(json(usual).at("time").as_string());
  std::tm parsed{};
  ASSERT_NE(::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parsed), nullptr);
  const auto said = std::chrono::system_clock::from_time_t(::timegm(&parsed));
  EXPECT_GT(said, before - std::chrono::seconds(2));
  EXPECT_LT(said, std::chrono::system_clock::now() + std::chrono::seconds(1));
}

TEST_F(AccessLog, SaysThatAResponseWasCut) {
  access_entry cut = usual;
  cut.sent = access_entry::completeness::cut;
  EXPECT_TRUE(text(cut).ends_with(" 0.000123 cut\n")) << written();
  fs::remove(path());
  EXPECT_TRUE(json(cut).at("cut").as_bool());
}

TEST_F(AccessLog, WritesSecondsInMicroseconds) {
  access_entry slow = usual;
  slow.latency = std::chrono::seconds(75) + nanoseconds(42'999);
  EXPECT_TRUE(text(slow).ends_with(" 75.000042\n")) << written();
  fs::remove(path());
  slow.latency = nanoseconds(-5);
  EXPECT_TRUE(text(slow).ends_with(" 0.000000\n")) << written();
}

TEST_F(AccessLog, WritesADashForWhatWasNotUnderstood) {
  EXPECT_EQ(text({.remote = "::1", .status = http::status::bad_request}),
            "::1 \"- - HTTP/1.1\" 400 0 0.000000\n");
}

TEST_F(AccessLog, LetsNoTargetForgeALine) {
  access_entry forged = usual;
  forged.target = "/\" 200 1\n2026-01-01T00:00:00.000Z \\ \x7f\xc3\xa4\t";
  EXPECT_EQ(text(forged),
            "192.0.2.1 \"GET /\\x22 200 1\\x0a2026-01-01T00:00:00.000Z \\x5c \\x7f\\xc3\\xa4\\x09 "
            "HTTP/1.1\" 200 1234 0.000123\n");
}

TEST_F(AccessLog, LetsNoTargetForgeAMember) {
  access_entry forged = usual;
  forged.method = "GE\"T";
  forged.target = "/\",\"status\":500,\"x\":\"\\\n\xff";
  const boost::json::value read = json(forged);
  EXPECT_EQ(read.at("method").as_string(), "GE\"T");
  EXPECT_EQ(read.at("target").as_string(), "/\",\"status\":500,\"x\":\"\\\n\xc3\xbf");
  EXPECT_EQ(read.at("status").as_int64(), 200);
}

TEST_F(AccessLog, EscapesEveryByteThatIsNotPlain) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  access_entry strange = usual;
  strange.target = all;
  const std::string got = text(strange);
  EXPECT_EQ(std::count(got.begin(), got.end(), '\n'), 1);
  EXPECT_EQ(std::count(got.begin(), got.end(), '"'), 2);
  for (const char c : got) EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\n');
}

TEST_F(AccessLog, CutsALongTarget) {
  const std::string most(access_log::target_bytes_max, 'x');
  const std::string more = most + "y";
  access_entry entry = usual;
  entry.target = most;
  EXPECT_NE(text(entry).find("GET " + most + " HTTP"), std::string::npos);
  fs::remove(path());
  entry.target = more;
  EXPECT_NE(text(entry).find("GET " + most + "... HTTP"), std::string::npos);
}

TEST_F(AccessLog, HasRoomForTheLongestLine) {
  const std::string strange(100'000, '\xff');
  EXPECT_EQ(json({.remote = std::string(100'000, 'x'), .method = strange, .target = strange})
                .as_object()
                .size(),
            8u);
}

TEST_F(AccessLog, GoesOnAfterItsFileWasTruncated) {
  logging log(settings_);
  access_log access(log, path().string(), log_format::text);
  access.write(usual);
  ASSERT_TRUE(soon([&] { return fs::file_size(path()) > 0; }));
  fs::resize_file(path(), 0);
  access.write(usual);
  ASSERT_TRUE(soon([&] { return fs::file_size(path()) > 0; }));
  EXPECT_NE(written().front(), '\0');
  EXPECT_TRUE(soon([&] { return written().ends_with("0.000123\n"); }));
}

TEST_F(AccessLog, AppendsToWhatIsThere) {
  folder_.write("access", "before\n");
  EXPECT_TRUE(line(usual, log_format::text).starts_with("before\n2"));
}

TEST_F(AccessLog, SaysWhyItCannotBeOpened) {
  logging log(settings_);
  const std::string nowhere = (folder_.path() / "no" / "such").string();
  try {
    access_log access(log, nowhere, log_format::text);
    FAIL() << "opened";
  } catch (const std::runtime_error& wrong) {
    EXPECT_EQ(wrong.what(), "cannot open access log " + nowhere + ": No such file or directory");
  }
}

TEST_F(AccessLog, WritesToStandardOutput) {
  testing::internal::CaptureStdout();
  {
    logging log(settings_);
    access_log access(log, "-", log_format::text);
    access.write(usual);
  }
  const std::string got = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(got.ends_with("\"GET /path?x HTTP/1.1\" 200 1234 0.000123\n")) << got;
}

TEST_F(AccessLog, TakesLinesFromSeveralThreads) {
  constexpr std::size_t each = 1000;  // of four threads: less than the queue takes
  {
    logging log(settings_);
    access_log access(log, path().string(), log_format::text);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (std::size_t n = 0; n < each; ++n) access.write(usual);
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(log.lines_dropped(), 0u);
  }
  const std::string all = written();
  EXPECT_EQ(static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n')), 4 * each);
}

}  // namespace
