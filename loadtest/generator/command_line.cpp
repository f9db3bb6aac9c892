#include "loadtest/generator/command_line.hpp"

#include <charconv>
#include <cmath>
#include <ostream>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>

#include "loadtest/generator/plan_reader.hpp"

namespace generator {
namespace {

constexpr const char* about =
    "Sends HTTP/1.1 requests on a schedule that nothing can delay (an open loop), and measures "
    "each\n"
    "from the moment it was due. Either --url with a rate, or a plan with stages and a mix.\n";
constexpr const char* footer =
    "\nExit code: 0 all requests answered as expected, 1 some failed, 2 wrong use or no server.\n"
    "docs/loadgen.md explains plans and figures.\n\n"
    "Examples:\n"
    "  loadgen --url http://127.0.0.1:8080/plaintext --rate 2000 --duration 10s\n"
    "  loadgen --url http://127.0.0.1:8080/echo --method POST --body order.json --rate 500\n"
    "  loadgen --plan mixed.json --output result.json";

struct flags {
  std::string plan_file, url, duration = "10s", timeout = "5s", spin = "0s", method = "GET", body;
  std::vector<std::string> headers;
  double rate = 0;
  bool is_poisson = false;
  unsigned expect_status = 200;
  plan wanted;
  std::string output;
  std::vector<const CLI::Option*> of_url;  // what has no meaning beside a plan
};

void read_url(const std::string& url, plan& wanted) {
  constexpr std::string_view scheme = "http://";
  const auto refuse = [&] {
    throw usage_error("--url: write http://HOST:PORT/TARGET, not '" + url + "'");
  };
  if (!url.starts_with(scheme)) refuse();
  const std::size_t path = url.find('/', scheme.size());
  std::string host = url.substr(scheme.size(), path == url.npos ? url.npos : path - scheme.size());
  wanted.mix[0].target = path == url.npos ? "/" : url.substr(path);
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  wanted.port = 80;
  if (colon != host.npos && (bracket == host.npos || colon > bracket)) {
    const char* const end = host.data() + host.size();
    const auto [stopped, error] = std::from_chars(host.data() + colon + 1, end, wanted.port);
    if (error != std::errc{} || stopped != end || wanted.port == 0) refuse();
    host.resize(colon);
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host.empty()) refuse();
  wanted.address = host;
}

void read_headers(const flags& given, request_kind& kind) {
  for (const std::string& header : given.headers) {
    const std::size_t colon = header.find(':');
    if (colon == header.npos)
      throw usage_error("--header: write 'Name: value', not '" + header + "'");
    const std::size_t value = header.find_first_not_of(" \t", colon + 1);
    kind.fields.emplace_back(header.substr(0, colon),
                             value == header.npos ? "" : header.substr(value));
  }
}

plan plan_of_url(const flags& given) {
  if (!(given.rate > 0))
    throw usage_error("--rate: a number of requests a second above 0 is needed");
  plan wanted = given.wanted;
  wanted.mix.resize(1);
  request_kind& kind = wanted.mix[0];
  read_url(given.url, wanted);
  read_headers(given, kind);
  kind.method = given.method;
  kind.expect.status = given.expect_status;
  if (!given.body.empty()) {
    try {
      kind.body = read_file(given.body);
    } catch (const std::system_error& error) {
      throw usage_error(std::string("--body: ") + error.what());
    }
  }
  const double seconds =
      std::chrono::duration<double>(read_duration("--duration", given.duration)).count();
  if (!(seconds > 0)) throw usage_error("--duration: must be above 0");
  wanted.schedule.push_back({.kind = given.is_poisson ? arrivals::poisson : arrivals::constant,
                             .rate = given.rate,
                             .rate_end = given.rate,
                             .seconds = seconds});
  wanted.timeout = read_duration("--timeout", given.timeout);
  if (wanted.timeout.count() <= 0) throw usage_error("--timeout: must be above 0");
  wanted.spin = read_duration("--spin", given.spin);
  check(wanted);
  return wanted;
}

void declare(CLI::App& app, flags& given) {
  app.add_option("--url", given.url, "where to: http://HOST:PORT/TARGET");
  app.add_option("--plan", given.plan_file, "a plan in JSON, instead of --url");
  const auto flag = [&](CLI::Option* option) {
    given.of_url.push_back(option);
    if (option->get_type_size() != 0) option->type_name("");
  };
  flag(app.add_option("--rate", given.rate, "requests a second")
           ->check(CLI::Range(0.0, 1e7).description("")));
  flag(app.add_option("--duration", given.duration, "how long: 10s, 500ms, 2m")
           ->capture_default_str());
  flag(app.add_option("--connections", given.wanted.connections, "open and ready before the start")
           ->check(CLI::Range(1, 1'000'000).description(""))
           ->capture_default_str());
  flag(app.add_option("--threads", given.wanted.threads, "the connections are divided over them")
           ->check(CLI::Range(1, 256).description(""))
           ->capture_default_str());
  flag(app.add_flag("--poisson", given.is_poisson, "random gaps, as independent users make them"));
  flag(app.add_option("--timeout", given.timeout, "from the due time")->capture_default_str());
  flag(app.add_option("--method", given.method, "of the request")->capture_default_str());
  flag(app.add_option("--body", given.body, "a file: the request's body"));
  flag(app.add_option("--header", given.headers, "'Name: value', as often as wanted")
           ->expected(1)
           ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  flag(app.add_option("--requests-per-connection", given.wanted.requests_per_connection,
                      "then it is opened anew; 0: no end")
           ->capture_default_str());
  flag(app.add_option("--expect-status", given.expect_status, "any other is a failure")
           ->check(CLI::Range(200, 599).description(""))
           ->capture_default_str());
  flag(app.add_option("--seed", given.wanted.seed, "of all that is random")->capture_default_str());
  flag(app.add_option("--spin", given.spin,
                      "spin instead of sleep this long before a due time: evener, for CPU")
           ->capture_default_str());
  app.add_option("--output", given.output, "a file for the result as JSON, or - for stdout");
}

}  // namespace

std::chrono::nanoseconds read_duration(const std::string& flag, const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(stopped, static_cast<std::size_t>(end - stopped));
  const double scale = unit == "us"                  ? 1e-6
                       : unit == "ms"                ? 1e-3
                       : unit == "s" || unit.empty() ? 1
                       : unit == "m"                 ? 60
                                                     : 0;
  if (error != std::errc{} || scale == 0 || !(number >= 0) || number * scale > 7 * 86'400) {
    throw usage_error(flag + ": write a time such as 10s, 500ms or 2m, a week at most, not '" +
                      text + "'");
  }
  return std::chrono::nanoseconds(std::llround(number * scale * 1e9));
}

std::optional<command> read_command_line(int argc, const char* const* argv, std::ostream& out) {
  CLI::App app(about, "loadgen");
  app.footer(footer);
  flags given;
  declare(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw usage_error(error.what());
  }
  for (const CLI::Option* option : given.of_url) {
    if (!given.plan_file.empty() && option->count() != 0) {
      throw usage_error(option->get_name() + " has no meaning beside --plan: the plan says it");
    }
  }
  if (given.plan_file.empty() == given.url.empty()) throw usage_error("give --url or --plan");
  if (given.url.empty()) {
    try {
      return command{read_plan_file(given.plan_file), given.output};
    } catch (const std::system_error& error) {
      throw usage_error(std::string("--plan: ") + error.what());
    }
  }
  return command{plan_of_url(given), given.output};
}

}  // namespace generator
