// The steady clock of a program that is linked with clock.cpp: it stands still unless it is told to
// go on, so that timeouts take no time and every run is the same. For programs of one thread; it
// replaces std::chrono::steady_clock::now(), so nothing else in them may measure time by that.
#pragma once

#include <chrono>

namespace scripted {

void advance_clock(std::chrono::milliseconds by) noexcept;
/// Back to where it was at the start.
void reset_clock() noexcept;

}  // namespace scripted
