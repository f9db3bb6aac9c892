#include "server/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>

namespace server {

namespace {

const std::map<std::string, memory_strategy> strategies = {
    {"arena", memory_strategy::arena},
    {"heap", memory_strategy::heap},
    {"new-delete", memory_strategy::new_delete},
    {"monotonic", memory_strategy::monotonic},
    {"pool", memory_strategy::pool},
};

const std::map<std::string, log_format> formats = {{"text", log_format::text},
                                                   {"json", log_format::json}};

const std::map<std::string, full_policy> full_policies = {{"refuse", full_policy::refuse},
                                                          {"wait", full_policy::wait}};

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t gibibyte = std::size_t{1} << 30;
constexpr std::size_t tebibyte = std::size_t{1} << 40;

// A flag, with its environment variable: --body-bytes-max is ARENA_SERVER_BODY_BYTES_MAX.
std::string environment_name(const std::string& flag) {
  std::string name = "ARENA_SERVER_" + flag.substr(2);
  std::replace(name.begin(), name.end(), '-', '_');
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

template <class T>
CLI::Option* add(CLI::App& app, const std::string& flag, T& into, const std::string& help) {
  return app.add_option(flag, into, help)->capture_default_str()->envname(environment_name(flag));
}

// One of the names in `choices`.
template <class T>
void add_choice(CLI::App& app, const std::string& flag, T& into,
                const std::map<std::string, T>& choices, const std::string& preset,
                const std::string& help) {
  std::string names;
  for (const auto& [name, value] : choices) names += (names.empty() ? "" : "|") + name;
  app.add_option_function<std::string>(
         flag, [&into, &choices](const std::string& name) { into = choices.at(name); }, help)
      ->check(CLI::IsMember(choices).description(""))
      ->type_name(names)
      ->default_str(preset)
      ->envname(environment_name(flag));
}

// Bytes: a number with an optional suffix; KiB is 1024, and so are K and KB.
CLI::Option* add_bytes(CLI::App& app, const std::string& flag, std::size_t& into, std::size_t least,
                       std::size_t most, const std::string& help) {
  return add(app, flag, into, help)
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(CLI::Range(least, most).description(""))
      ->type_name("BYTES")
      ->default_str(std::to_string(into));
}

// Read as milliseconds; ms, s and m are understood.
void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& into,
                  const std::string& help,
                  std::chrono::milliseconds least = std::chrono::milliseconds(1)) {
  const std::map<std::string, std::int64_t> units = {{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  app.add_option_function<std::int64_t>(
         flag, [&into](const std::int64_t& count) { into = std::chrono::milliseconds(count); },
         help)
      ->transform(
          CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_INSENSITIVE).description(""))
      ->check(CLI::Range(std::int64_t{least.count()}, std::int64_t{86'400'000}).description(""))
      ->type_name("DURATION")
      ->default_str(std::to_string(into.count()) + "ms")
      ->envname(environment_name(flag));
}

// Who writes 512 for the memory means megabytes, and would have a server that answers nothing but
// 503; with a smaller receive buffer loopback stalls.
auto zero_or_at_least(std::size_t least, const std::string& named) {
  return [least, named](const std::string& bytes) {
    const bool is_enough = bytes == "0" || std::stoull(bytes) >= least;
    return is_enough ? "" : bytes + " bytes are less than " + named;
  };
}

void add_bounds(CLI::App& app, config& into) {
  add_bytes(app, "--request-memory-max", into.request_memory_max_bytes, std::size_t{32} << 10,
            tebibyte, "most memory that a request may use, with --memory=arena");
  add_bytes(app, "--memory-max", into.memory_max_bytes, 0, tebibyte,
            "most memory of all requests together, with --memory=arena; 0: what the cgroup leaves")
      ->check(zero_or_at_least(mebibyte, "1 MiB"), "");
  add_bytes(app, "--header-bytes-max", into.bounds.header_bytes_max, 256, gibibyte,
            "largest header of a request");
  add(app, "--header-fields-max", into.bounds.header_fields_max, "most fields of a header")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 20).description(""));
  add_bytes(app, "--target-bytes-max", into.bounds.target_bytes_max, 1, gibibyte,
            "longest request target");
  add_bytes(app, "--body-bytes-max", into.bounds.body_bytes_max, 0, tebibyte,
            "largest body of a request");
  add(app, "--pipeline-depth-max", into.bounds.pipeline_depth_max,
      "most responses of a connection that are ready and unsent")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1} << 16).description(""));
  add_bytes(app, "--pipeline-bytes-max", into.bounds.pipeline_bytes_max, 1, tebibyte,
            "memory of them after which no further request is answered");
  add(app, "--query-rows-max", into.bounds.query_rows_max, "most rows that a query may look at")
      ->check(CLI::Range(std::size_t{1}, tebibyte).description(""));
  add(app, "--connections-max", into.connections_max,
      "most connections at a time; 0: as many as memory is there for, 16384 at most")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1} << 24).description(""));
  add_bytes(app, "--receive-buffer-bytes", into.receive_buffer_bytes, 0, gibibyte,
            "what the kernel may hold unread of a connection; 0: by the memory")
      ->check(zero_or_at_least(std::size_t{64} << 10, "64 KiB"), "");
  add_choice(app, "--when-full", into.when_full, full_policies, "refuse",
             "what a connection over that gets: a 503, or a wait");
}

void add_times(CLI::App& app, config& into) {
  add_duration(app, "--header-timeout", into.times.header, "for a whole header to arrive");
  add_duration(app, "--body-timeout", into.times.body, "between two reads of a body");
  add_duration(app, "--idle-timeout", into.times.idle, "between two requests of a connection");
  add_duration(app, "--write-timeout", into.times.write, "between two writes of a response");
  add_duration(app, "--connection-age-max", into.times.connection_age,
               "after which a connection ends with its next response; 0: never",
               std::chrono::milliseconds(0));
  add_duration(app, "--query-timeout", into.times.query, "for a query over a collection");
  add_bytes(app, "--body-rate-min", into.rates.body_min, 0, gibibyte,
            "bytes a second that a body must average; 0: any");
  add_bytes(app, "--write-rate-min", into.rates.write_min, 0, gibibyte,
            "bytes a second that a client must take of a response; 0: any");
  add_duration(app, "--drain-delay", into.times.drain_delay,
               "from SIGTERM until no connections are taken", std::chrono::milliseconds(0));
  add_duration(app, "--drain-timeout", into.times.drain,
               "from then until open connections are cut");
}

void add_flags(CLI::App& app, config& into) {
  add(app, "--address", into.address, "address to listen on");
  add(app, "--port", into.port, "port to listen on; 0 picks a free one");
  app.add_option_function<std::uint16_t>(
         "--admin-port", [&into](const std::uint16_t& port) { into.admin_port = port; },
         "port for health, statistics and metrics alone; without it they are on --port")
      ->envname(environment_name("--admin-port"));
  add(app, "--threads", into.threads,
      "threads that serve; 0: one for each CPU that affinity and cgroup leave")
      ->check(CLI::Range(0u, 1024u).description(""));
  add_choice(app, "--memory", into.memory, strategies, "arena", "what each request allocates from");
  add(app, "--data", into.data,
      "what to serve as collections: .json, .ndjson, .jsonl and .csv files, or folders of them")
      ->type_name("FILE...");
  add_bounds(app, into);
  add_times(app, into);
  add(app, "--log-level", into.log_level, "least level that is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}).description(""))
      ->type_name("trace|debug|info|warn|error|off");
  add_choice(app, "--log-format", into.format, formats, "text", "how log lines look");
  add(app, "--access-log", into.access_log, "file for a line a request; - is standard output")
      ->type_name("FILE");
}

// CLI11 lets the file win over the environment; here it is the other way round.
class file_below_environment final : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> given = CLI::ConfigTOML::from_config(input);
    std::erase_if(given, [](const CLI::ConfigItem& item) {
      return std::getenv(environment_name("--" + item.name).c_str()) != nullptr;
    });
    return given;
  }
};

// The version flag and what it prints; PROJECT_VERSION comes from CMakeLists.txt.
constexpr const char* version_text = "arena-server " ARENA_SERVER_VERSION;

// A TOML string as CLI11 reads it, which knows no escapes: what holds a double quote is put in
// single ones.
std::string quoted(const std::string& text) {
  const char quote = text.find('"') == std::string::npos ? '"' : '\'';
  return quote + text + quote;
}

std::string quoted(std::chrono::milliseconds time) {
  return quoted(std::to_string(time.count()) + "ms");
}

template <class T>
std::string name_of(const std::map<std::string, T>& choices, T value) {
  for (const auto& [name, choice] : choices) {
    if (choice == value) return quoted(name);
  }
  return "";
}

std::string effective_config(const config& settings) {
  std::ostringstream text;
  const auto line = [&](const char* name, const auto& value) {
    text << name << "=" << value << "\n";
  };
  line("address", quoted(settings.address));
  line("port", settings.port);
  if (settings.admin_port) line("admin-port", *settings.admin_port);
  line("threads", settings.threads);
  line("memory", name_of(strategies, settings.memory));
  text << "data=[";
  for (std::size_t i = 0; i < settings.data.size(); ++i)
    text << (i > 0 ? ", " : "") << quoted(settings.data[i]);
  text << "]\n";
  line("request-memory-max", settings.request_memory_max_bytes);
  line("memory-max", settings.memory_max_bytes);
  line("header-bytes-max", settings.bounds.header_bytes_max);
  line("header-fields-max", settings.bounds.header_fields_max);
  line("target-bytes-max", settings.bounds.target_bytes_max);
  line("body-bytes-max", settings.bounds.body_bytes_max);
  line("pipeline-depth-max", settings.bounds.pipeline_depth_max);
  line("pipeline-bytes-max", settings.bounds.pipeline_bytes_max);
  line("query-rows-max", settings.bounds.query_rows_max);
  line("connections-max", settings.connections_max);
  line("receive-buffer-bytes", settings.receive_buffer_bytes);
  line("when-full", name_of(full_policies, settings.when_full));
  line("header-timeout", quoted(settings.times.header));
  line("body-timeout", quoted(settings.times.body));
  line("idle-timeout", quoted(settings.times.idle));
  line("write-timeout", quoted(settings.times.write));
  line("connection-age-max", quoted(settings.times.connection_age));
  line("query-timeout", quoted(settings.times.query));
  line("body-rate-min", settings.rates.body_min);
  line("write-rate-min", settings.rates.write_min);
  line("drain-delay", quoted(settings.times.drain_delay));
  line("drain-timeout", quoted(settings.times.drain));
  line("log-level", quoted(settings.log_level));
  line("log-format", name_of(formats, settings.format));
  line("access-log", quoted(settings.access_log));
  return text.str();
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv) {
  command_line read;
  CLI::App app("An HTTP/1.1 JSON server in which each request owns one bump arena.",
               "arena-server");
  bool print_config = false;
  add_flags(app, read.settings);
  app.add_flag("--print-config", print_config,
               "print the settings in force, as --config reads them");
  app.add_flag("--healthcheck", read.healthcheck,
               "ask the server that runs with these settings whether it lives; exit 0 or 1");
  app.set_version_flag("--version", version_text);
  // CLI11 does not look into the environment for this one.
  const char* const config_file = std::getenv("ARENA_SERVER_CONFIG");
  app.set_config("--config", config_file != nullptr ? config_file : "",
                 "file with settings, one name=value a line (Env:ARENA_SERVER_CONFIG)",
                 config_file != nullptr)
      ->type_name("FILE");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.config_formatter(std::make_shared<file_below_environment>());
  app.footer(
      "BYTES may have a unit, K, KiB, MiB or GiB; DURATION too, ms, s or m, and is in ms without.\n"
      "Each flag is also read from the environment: --body-bytes-max from "
      "ARENA_SERVER_BODY_BYTES_MAX.");
  try {
    app.parse(argc, argv);
    if (read.settings.admin_port == read.settings.port && read.settings.port != 0)
      throw CLI::ValidationError("--admin-port", "it must be another port than --port");
    if (print_config) read.stop.push_back({0, effective_config(read.settings)});
  } catch (const CLI::ParseError& stopped) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(stopped, out, err) == 0 ? 0 : 2;
    read.stop.push_back({code, out.str() + err.str()});
  }
  return read;
}

}  // namespace server
