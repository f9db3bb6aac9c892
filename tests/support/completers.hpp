// Where handlers of tests that answer later leave their completions, and the threads that answer
// for them. Owned by the test; it must outlive the server. Any thread may call it.
#pragma once

#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "server/completion.hpp"

class completers {
 public:
  ~completers() {
    for (std::thread& each : threads_) each.join();
  }
  /// Calls `action` on a thread of its own.
  template <class Action>
  void run(Action action) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back(std::move(action));
  }
  void hold(server::completion done) {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(done));
  }
  std::size_t held() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  /// The completions, which are then no longer held here.
  std::vector<server::completion> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(held_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
  std::vector<server::completion> held_;
};
