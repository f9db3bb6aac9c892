// A good client that asks again and again while a test misbehaves, and notes how long it waits at
// most: what the others do must not harm it. Owned by the test; its thread ends with stop().
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/raw_client.hpp"

class prompt_client {
 public:
  explicit prompt_client(std::uint16_t port) : port_(port), thread_([this] { run(); }) {}
  ~prompt_client() { stop(); }
  prompt_client(const prompt_client&) = delete;
  prompt_client& operator=(const prompt_client&) = delete;

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
#if defined(SANITIZED)
  static constexpr std::chrono::milliseconds bound{5000};  // everything takes many times as long
#else
  static constexpr std::chrono::milliseconds bound{1000};
#endif

  /// Ends it, and expects that each request was answered within the bound.
  void expect_was_served() {
    stop();
    EXPECT_EQ(failures, 0u);
    EXPECT_GT(answers, 0u);
    EXPECT_LT(longest_.count(), bound.count())
        << "milliseconds, the longest of " << answers << " waits";
  }

  std::atomic<std::size_t> answers = 0;
  std::atomic<std::size_t> failures = 0;  ///< answers other than 200, and silence

 private:
  // One connection for many requests, and one for each tenth, which must be accepted.
  void run() {
    try {
      raw_client kept(port_);
      for (std::size_t i = 0; !stopping_ || i == 0; ++i) {
        ask([&] { return kept.exchange(get("/json")).status; });
        if (i % 10 == 0) ask([&] { return raw_client(port_).exchange(get("/json")).status; });
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // no load of its own
      }
    } catch (const std::exception&) {
      ++failures;
    }
  }
  template <class Exchange>
  void ask(Exchange exchange) {
    const auto begin = std::chrono::steady_clock::now();
    ++(exchange() == 200 ? answers : failures);
    longest_ = std::max(longest_, std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::steady_clock::now() - begin));
  }

  const std::uint16_t port_;
  std::chrono::milliseconds longest_{};  // read when the thread has ended
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};
