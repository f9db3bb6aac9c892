#include "server/ops/signals.hpp"

#include <chrono>
#include <csignal>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace {

using server::ops::signals;
using server::ops::signals_of_start;

TEST(SignalsOfStartDeathTest, EndTheProcessWithZero) {
  for (const int number : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(
        {
          const signals_of_start early;
          std::raise(number);
        },
        testing::ExitedWithCode(0), "ended by a signal before it was ready");
  }
}

TEST(SignalsOfStart, HaveAReloadWait) {
  signals_of_start early;
  std::raise(SIGHUP);
  boost::asio::io_context context;
  int reloads = 0;
  {
    signals handled(context, {.drain_delay = std::chrono::milliseconds(0),
                              .announce_drain = [] {},
                              .drain = [&] { context.stop(); },
                              .reload =
                                  [&] {
                                    ++reloads;
                                    std::raise(SIGTERM);
                                  }});
    early.end();
    context.run_for(std::chrono::seconds(20));
  }
  EXPECT_EQ(reloads, 1);
}

}  // namespace
