// A program that a test runs as its child: arguments, environment, limits, output, signals, end.
// Owned by one test, and started by a thread that outlives it, since the child is killed when that
// thread ends. Its output goes to files in memory, so that it never waits for the test to read.
// No wait is without a bound. Must never be used for a program that puts itself into the
// background.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

struct child_setup {
  std::vector<std::string> environment{};   ///< NAME=VALUE each, besides the test's own
  std::optional<rlim_t> descriptors_max{};  ///< RLIMIT_NOFILE, soft and hard
  std::optional<int> output_descriptor{};   ///< for standard output; stays the caller's
  std::optional<int> errors_descriptor{};   ///< for standard error; stays the caller's
};

class child_process {
 public:
  /// Throws if the program cannot be run; a name without a slash is looked for in PATH.
  explicit child_process(const std::vector<std::string>& command, const child_setup& setup = {});
  /// Kills what still runs.
  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  pid_t id() const { return id_; }
  bool is_running();
  void signal(int number);
  /// Waits for the end: the exit status, or minus the signal that ended it. What still runs at the
  /// bound is killed, and that is thrown as an error.
  int wait(std::chrono::milliseconds bound = std::chrono::seconds(20));

  /// What it has printed so far.
  std::string output() const;
  std::string errors() const;
  /// The first line on standard error with `text` in it, once it is there; throws at the bound, and
  /// when the program ends without it.
  std::string error_line(std::string_view text,
                         std::chrono::milliseconds bound = std::chrono::seconds(20));

 private:
  std::string name_;
  int output_;
  int errors_;
  pid_t id_;
  std::optional<int> ended_;
};

/// What a program that runs to its end printed, and its exit status.
struct finished_program {
  int status;
  std::string output;
  std::string errors;
};
finished_program run_program(const std::vector<std::string>& command, const child_setup& setup = {},
                             std::chrono::milliseconds bound = std::chrono::seconds(60));
