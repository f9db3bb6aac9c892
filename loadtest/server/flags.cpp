#include "loadtest/server/flags.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "loadtest/server/endpoints.hpp"
#include "server/json/decimal.hpp"

namespace lab_server {

namespace {

std::size_t spin_of(std::string_view text) {
  const auto iterations = server::json::parse_decimal(text, iterations_max);
  if (iterations) return *iterations;
  throw std::invalid_argument("--spin: give a whole number from 0 to " +
                              std::to_string(iterations_max) + ", not '" + std::string(text) + "'");
}

}  // namespace

flags take_flags(std::vector<const char*>& arguments) {
  constexpr std::string_view spin = "--spin";
  flags found;
  std::vector<const char*> others;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (i > 0 && argument == "--age-heap") {
      found.age_heap = true;
    } else if (i > 0 && argument == spin) {
      if (++i == arguments.size()) throw std::invalid_argument("--spin needs a number behind it");
      found.spin_iterations = spin_of(arguments[i]);
    } else if (i > 0 && argument.starts_with("--spin=")) {
      found.spin_iterations = spin_of(argument.substr(spin.size() + 1));
    } else {
      found.help = found.help || (i > 0 && (argument == "--help" || argument == "-h"));
      others.push_back(arguments[i]);
    }
  }
  arguments = others;
  return found;
}

}  // namespace lab_server
