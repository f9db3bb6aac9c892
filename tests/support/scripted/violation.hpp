// The end of a program in which an expectation did not hold: said on standard error, then abort(),
// which a fuzzer keeps the input of. Not thrown, since much of what is expected of a session is
// found in calls that may not throw.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace scripted {

[[noreturn]] inline void violation(const std::string& what) {
  std::fprintf(stderr, "scripted session: %s\n", what.c_str());
  std::abort();
}

inline void expect(bool holds, const char* what) {
  if (!holds) violation(what);
}

}  // namespace scripted
