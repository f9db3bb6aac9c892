// The flags of loadgen, and the plan that they make or name.
#pragma once

#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>

#include "loadtest/generator/plan.hpp"

namespace generator {

/// Wrong use; what() tells what to do.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct command {
  plan wanted;
  std::string output;  ///< a file for the JSON, "-" for stdout, empty for none
};

/// Nothing after --help, which is written to `out`. Throws usage_error or plan_error.
std::optional<command> read_command_line(int argc, const char* const* argv, std::ostream& out);

/// "10s", "500ms", "2m"; throws usage_error, naming `flag`. A number without a unit is seconds.
std::chrono::nanoseconds read_duration(const std::string& flag, const std::string& text);

}  // namespace generator
