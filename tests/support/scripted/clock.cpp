#include "tests/support/scripted/clock.hpp"

namespace {

constexpr std::chrono::hours start{1};  // the epoch itself would look like "never"
std::chrono::steady_clock::duration since_epoch = start;

}  // namespace

namespace scripted {

void advance_clock(std::chrono::milliseconds by) noexcept {
  since_epoch += by;
}

void reset_clock() noexcept {
  since_epoch = start;
}

}  // namespace scripted

// Found before the standard library's, as operator new would be.
std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept {
  return time_point(since_epoch);
}
