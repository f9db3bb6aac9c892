#include "server/ops/logging.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include <boost/json/parse.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "server/ops/line_sink.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using server::ops::logging;

bool soon(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return condition();
}

std::size_t count(const std::string& text, const std::string& wanted) {
  std::size_t times = 0;
  for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
    ++times;
  return times;
}

class Logging : public testing::Test {
 protected:
  Logging()
      : file_(::open((folder_.path() / "log").c_str(), O_WRONLY | O_APPEND | O_CREAT, 0600)) {}
  ~Logging() override { ::close(file_); }
  std::string written() const { return folder_.read("log"); }

  temporary_folder folder_;
  int file_;
  server::config settings_;
};

TEST_F(Logging, WritesWhatIsQueuedBeforeItEnds) {
  {
    const logging log(settings_, file_);
    for (int i = 0; i < 5000; ++i) spdlog::info("line {}", i);
  }
  EXPECT_EQ(count(written(), "\n"), 5000u);
  EXPECT_LT(written().find(" info line 0\n"), written().find(" info line 4999\n"));
}

TEST_F(Logging, WritesALineWithoutBeingAskedTwice) {
  const logging log(settings_, file_);
  spdlog::warn("one");
  EXPECT_TRUE(soon([&] { return written().ends_with(" warning one\n"); })) << written();
}

TEST_F(Logging, KeepsToItsLevel) {
  settings_.log_level = "warning";
  {
    const logging log(settings_, file_);
    spdlog::info("quiet");
    spdlog::error("loud");
  }
  EXPECT_EQ(count(written(), "quiet"), 0u);
  EXPECT_EQ(count(written(), "loud"), 1u);
}

TEST_F(Logging, WritesJson) {
  settings_.format = server::log_format::json;
  {
    const logging log(settings_, file_);
    spdlog::error("a \"quoted\"\nline");
  }
  const auto line = boost::json::parse(written());
  EXPECT_EQ(line.at("message").as_string(), "a \"quoted\"\nline");
  EXPECT_EQ(line.at("level").as_string(), "error");
}

TEST_F(Logging, WritesOneOfManyEqualLinesASecond) {
  {
    const logging log(settings_, file_);
    for (int i = 0; i < 100; ++i) spdlog::info("same");
    spdlog::info("other");
  }
  EXPECT_LT(count(written(), " same\n"), 10u);
  EXPECT_EQ(count(written(), " other\n"), 1u);
}

TEST_F(Logging, WorksAgainAfterItsEnd) {
  { const logging log(settings_, file_); }
  spdlog::debug("nobody reads this, and nothing breaks");
  {
    const logging log(settings_, file_);
    spdlog::info("second");
  }
  EXPECT_EQ(count(written(), "second"), 1u);
}

TEST_F(Logging, OutlivesAFullDisk) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  {
    logging log(settings_, full);
    for (int i = 0; i < 100; ++i) spdlog::info("line {}", i);
    // And its own note of that, which is lost as well.
    EXPECT_TRUE(soon([&] { return log.lines_lost() >= 101; })) << log.lines_lost();
    EXPECT_EQ(log.lines_lost(), 101u);
    EXPECT_EQ(log.lines_dropped(), 0u);
  }
  ::close(full);
}

TEST_F(Logging, OutlivesAClosedPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  logging log(settings_, ends[1]);
  spdlog::info("to nobody");
  EXPECT_TRUE(soon([&] { return log.lines_lost() > 0; }));
  ::close(ends[1]);
}

TEST_F(Logging, WaitsForAnUnreadPipeOnceOnly) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto begun = std::chrono::steady_clock::now();
  {
    logging log(settings_, ends[1]);
    for (int i = 0; i < 500; ++i) spdlog::info("{:01000}", i);  // a pipe holds 64 KiB
    EXPECT_TRUE(soon([&] { return log.lines_lost() > 400; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(Logging, DropsTheOldestLinesWhenItsWriterIsStuck) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    logging log(settings_, ends[1]);
    for (int i = 0; i < 30'000; ++i) spdlog::info("{:0200}", i);
    EXPECT_GT(log.lines_dropped() + log.lines_lost(), 0u);
    EXPECT_LE(log.lines_dropped() + log.lines_lost(), 30'000u);
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(Logging, TellsOfTheLossesOfAFurtherLogOnce) {
  const int full = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  {
    logging log(settings_, file_);
    const auto lines =
        log.open(full, "access log x", std::make_unique<spdlog::pattern_formatter>("%v"));
    for (int i = 0; i < 50; ++i) lines->info("line");
    EXPECT_TRUE(soon([&] { return log.lines_lost() == 50; }));
  }
  ::close(full);
  EXPECT_EQ(count(written(), "access log x: cannot write, lines lost: 1: No space left"), 1u)
      << written();
  EXPECT_EQ(count(written(), "\n"), 1u) << written();
}

TEST_F(Logging, KeepsLongLinesWhole) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string text(20'000, 'x');
  {
    const logging log(settings_, ends[1]);
    spdlog::info(text);
  }
  ::close(ends[1]);
  std::string read(30'000, '\0');
  std::size_t size = 0;
  for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(got))
    got = ::read(ends[0], read.data() + size, read.size() - size);
  ::close(ends[0]);
  EXPECT_EQ(count(read.substr(0, size), text + "\n"), 1u);
}

}  // namespace
