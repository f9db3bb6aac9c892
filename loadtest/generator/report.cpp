#include "loadtest/generator/report.hpp"

#include <algorithm>
#include <cmath>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace generator {
namespace {

namespace json = boost::json;

// To the nanosecond: what was measured has no more.
double microseconds(double nanoseconds) {
  return std::round(nanoseconds) / 1000;
}

double rounded(double number) {
  return std::round(number * 1e6) / 1e6;
}

json::value percentile(const histogram& of, double share) {
  const auto value = percentile_us(of, share);
  return value ? json::value(*value) : json::value(nullptr);
}

json::object percentiles(const histogram& of) {
  json::object out;
  out["p50"] = percentile(of, 0.5);
  out["p90"] = percentile(of, 0.9);
  out["p99"] = percentile(of, 0.99);
  out["p99_9"] = percentile(of, 0.999);
  out["p99_99"] = percentile(of, 0.9999);
  const bool is_empty = of.count() == 0;
  out["max"] = is_empty ? json::value(nullptr) : microseconds(static_cast<double>(of.max()));
  out["mean"] = is_empty ? json::value(nullptr) : microseconds(of.mean());
  return out;
}

json::array buckets(const histogram& of) {
  json::array out;
  for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
    const std::uint64_t count = of.in_bucket(i);
    if (count != 0) out.push_back(json::array{histogram::middle_of(i) / 1000, count});
  }
  return out;
}

json::object failures(const outcomes& of) {
  json::object out;
  for (std::size_t i = 0; i < failure_names.size(); ++i) {
    out[json::string_view(failure_names[i].data(), failure_names[i].size())] =
        of.failures[i].load();
  }
  return out;
}

double a_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? rounded(static_cast<double>(count) / seconds) : 0;
}

double busy_share(const plan& wanted, const run_result& result) {
  const auto cpu =
      static_cast<double>(result.counted.user_us.load() + result.counted.system_us.load());
  return rounded(cpu / 1e6 / result.wall_seconds / static_cast<double>(wanted.threads));
}

json::object generator_figures(const plan& wanted, const run_result& result) {
  json::object out;
  out["user_us"] = result.counted.user_us.load();
  out["system_us"] = result.counted.system_us.load();
  out["busy_share"] = busy_share(wanted, result);
  return out;
}

json::object request_figures(const plan& wanted, const run_result& result) {
  json::object out;
  for (std::size_t i = 0; i < wanted.mix.size(); ++i) {
    const outcomes& kind = result.counted.kinds[i];
    out[wanted.mix[i].name] = {{"scheduled", kind.scheduled.load()},
                               {"answered", kind.answered.load()},
                               {"failures", failures(kind)},
                               {"latency_us", percentiles(kind.latency)}};
  }
  return out;
}

// Stages that a stop left out, or cut short, are given the time that they had.
json::array stage_figures(const plan& wanted, const run_result& result) {
  json::array out;
  double left = result.scheduled_seconds;
  for (std::size_t i = 0; i < wanted.schedule.size(); ++i) {
    const stage& planned = wanted.schedule[i];
    const outcomes& found = result.counted.stages[i];
    const double seconds = rounded(std::clamp(left, 0.0, planned.seconds));
    left -= planned.seconds;
    out.push_back({{"rate", planned.rate},
                   {"rate_end", planned.rate_end},
                   {"seconds", seconds},
                   {"requests_per_s", a_second(found.answered.load(), seconds)},
                   {"latency_us", percentiles(found.latency)},
                   {"failures", found.failed()}});
  }
  return out;
}

}  // namespace

std::optional<double> percentile_us(const histogram& of, double share) {
  constexpr std::uint64_t beyond_least = 10;
  if (of.count() == 0) return std::nullopt;
  if (share > 0.99 && of.count() - of.rank_of(share) < beyond_least) return std::nullopt;
  return microseconds(of.quantile(share));
}

json::value report(const plan& wanted, const run_result& result) {
  const tally& counted = result.counted;
  json::object out;
  out["format"] = 1;
  out["partial"] = result.extent == completeness::partial;
  out["seconds"] = rounded(result.seconds);
  out["scheduled"] = counted.total.scheduled.load();
  out["answered"] = counted.total.answered.load();
  out["failures"] = failures(counted.total);
  out["requests_per_s"] = a_second(counted.total.answered.load(), result.seconds);
  out["connections_opened"] = counted.connections_opened.load();
  out["connections_lost"] = counted.connections_lost.load();
  out["waiting_most"] = counted.waiting_most.load();
  out["bytes_received"] = counted.bytes_received.load();
  out["generator"] = generator_figures(wanted, result);
  out["latency_us"] = percentiles(counted.total.latency);
  out["service_us"] = percentiles(counted.service);
  out["lateness_us"] = percentiles(counted.lateness);
  out["histograms"] = {{"latency_us", buckets(counted.total.latency)},
                       {"service_us", buckets(counted.service)},
                       {"lateness_us", buckets(counted.lateness)}};
  out["requests"] = request_figures(wanted, result);
  out["stages"] = stage_figures(wanted, result);
  return out;
}

}  // namespace generator
