// The few lines that a run ends with on a terminal.
#include <cstdio>

#include "loadtest/generator/report.hpp"

namespace generator {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string time_text(double us) {
  if (us < 1000) return formatted("%.0f us", us);
  if (us < 1'000'000) return formatted("%.1f ms", us / 1000);
  return formatted("%.2f s", us / 1'000'000);
}

std::string percentile_line(const char* name, const char* meaning, const histogram& of) {
  std::string line = formatted("  %-9s", name);
  for (const double share : {0.5, 0.9, 0.99, 0.999}) {
    const auto value = percentile_us(of, share);
    line += formatted(" %10s", value ? time_text(*value).c_str() : "-");
  }
  return line + formatted(" %10s   %s\n", time_text(static_cast<double>(of.max()) / 1000).c_str(),
                          meaning);
}

std::string failure_text(const outcomes& of) {
  if (of.failed() == 0) return "no failures";
  std::string text = std::to_string(of.failed()) + " failed:";
  for (std::size_t i = 0; i < failure_names.size(); ++i) {
    const std::uint64_t count = of.failures[i].load();
    if (count == 0) continue;
    text += " " + std::string(failure_names[i]) + " " + std::to_string(count);
  }
  return text;
}

}  // namespace

std::string summary(const plan& wanted, const run_result& result) {
  const tally& counted = result.counted;
  const auto answered = static_cast<double>(counted.total.answered.load());
  std::string text = result.extent == completeness::partial
                         ? "Stopped early: what was measured until then.\n"
                         : "";
  text += std::to_string(counted.total.scheduled.load()) + " requests were due, " +
          std::to_string(counted.total.answered.load()) + " answered as expected, " +
          failure_text(counted.total) + "\n";
  text += formatted("%.0f requests/s answered over %.2f s; ",
                    result.seconds > 0 ? answered / result.seconds : 0, result.seconds);
  const double cpu_s = static_cast<double>(counted.user_us.load() + counted.system_us.load()) / 1e6;
  text += formatted("the generator was busy %.0f %% of its time\n",
                    100 * cpu_s / result.wall_seconds / static_cast<double>(wanted.threads));
  text += formatted("  %-9s %10s %10s %10s %10s %10s\n", "", "p50", "p90", "p99", "p99.9", "max");
  text += percentile_line("latency", "from the moment it was due", counted.total.latency);
  text += percentile_line("service", "from the moment it was sent", counted.service);
  return text + percentile_line("lateness", "of the generator itself", counted.lateness);
}

}  // namespace generator
