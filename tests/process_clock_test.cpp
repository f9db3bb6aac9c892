// The real server while the wall clock jumps, which libfaketime does to it.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wait_until.hpp"

namespace {

#if defined(SANITIZED)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

int year_of(const raw_response& answer) {
  const std::string date = answer.field("Date");  // Sun, 06 Nov 1994 08:49:37 GMT
  return date.size() < 16 ? 0 : std::stoi(date.substr(12, 4));
}

TEST(ProcessClock, JumpsCutNoConnection) {
  if (is_sanitized) GTEST_SKIP() << "the sanitizers' runtimes must be loaded before libfaketime";
  const temporary_folder folder;
  const std::string offset = folder.write("offset", "+0\n");
  served_process served({"--threads", "1"},
                        {.environment = {"LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1",
                                         "FAKETIME_TIMESTAMP_FILE=" + offset, "FAKETIME_NO_CACHE=1",
                                         "DONT_FAKE_MONOTONIC=1"}});
  raw_client busy(served.port());
  raw_client idle(served.port());
  raw_client begun(served.port());
  const int this_year = year_of(busy.exchange(get("/json")));
  ASSERT_GE(this_year, 2024);
  ASSERT_EQ(idle.exchange(get("/json")).status, 200);
  begun.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n[");
  const auto follows = [&](int year) {
    return wait_until([&] { return year_of(busy.exchange(get("/json"))) == year; });
  };
  for (int round = 0; round < 3; ++round) {
    folder.write("offset", "+10y\n");
    // Date follows at a tick, and at ticks the timeouts are looked at.
    ASSERT_TRUE(follows(this_year + 10));
    EXPECT_EQ(idle.exchange(get("/json")).status, 200);
    folder.write("offset", "-10y\n");
    ASSERT_TRUE(follows(this_year - 10));
    EXPECT_EQ(idle.exchange(get("/json")).status, 200);
    folder.write("offset", "+0\n");
    ASSERT_TRUE(follows(this_year));
    EXPECT_EQ(idle.exchange(get("/json")).status, 200);
  }
  EXPECT_EQ(begun.exchange("1]").body, "[1]");
}

}  // namespace
