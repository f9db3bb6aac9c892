// Waits for what another process or thread brings about: looks again and again, up to a bound.
#pragma once

#include <chrono>
#include <thread>

/// Whether `condition()` came true within the time.
template <class Condition>
bool wait_until(Condition condition, std::chrono::milliseconds bound = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}
