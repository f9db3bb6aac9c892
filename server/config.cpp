#include "server/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <sstream>

#include <CLI/CLI.hpp>
#include <sched.h>

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

constexpr std::size_t gibibyte = std::size_t{1} << 30;  // Beast counts header bytes in 32 bits
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
void add_bytes(CLI::App& app, const std::string& flag, std::size_t& into, std::size_t least,
               std::size_t most, const std::string& help) {
  add(app, flag, into, help)
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(CLI::Range(least, most).description(""))
      ->type_name("BYTES")
      ->default_str(std::to_string(into));
}

// Read as milliseconds; ms, s and m are understood.
void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& into,
                  const std::string& help) {
  const std::map<std::string, std::int64_t> units = {{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  app.add_option_function<std::int64_t>(
         flag, [&into](const std::int64_t& count) { into = std::chrono::milliseconds(count); },
         help)
      ->transform(
          CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_INSENSITIVE).description(""))
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400'000}).description(""))
      ->type_name("DURATION")
      ->default_str(std::to_string(into.count()) + "ms")
      ->envname(environment_name(flag));
}

void add_flags(CLI::App& app, config& into) {
  add(app, "--address", into.address, "address to listen on");
  add(app, "--port", into.port, "port to listen on; 0 picks a free one");
  add(app, "--threads", into.threads, "threads that serve; 0: one for each CPU it may run on")
      ->check(CLI::Range(0u, 1024u).description(""));
  add_choice(app, "--memory", into.memory, strategies, "arena", "what each request allocates from");
  add(app, "--data", into.data, "files to serve as collections: .json, .ndjson, .jsonl")
      ->type_name("FILE...");
  add_bytes(app, "--request-memory-max", into.request_memory_max_bytes, std::size_t{32} << 10,
            tebibyte, "most memory that a request may use, with --memory=arena");
  add_bytes(app, "--header-bytes-max", into.bounds.header_bytes_max, 256, gibibyte,
            "largest header of a request");
  add_bytes(app, "--body-bytes-max", into.bounds.body_bytes_max, 0, tebibyte,
            "largest body of a request");
  add_duration(app, "--header-timeout", into.times.header, "for a whole header to arrive");
  add_duration(app, "--body-timeout", into.times.body, "between two reads of a body");
  add_duration(app, "--idle-timeout", into.times.idle, "between two requests of a connection");
  add_duration(app, "--write-timeout", into.times.write, "between two writes of a response");
  add_duration(app, "--drain-timeout", into.times.drain,
               "from SIGTERM until open connections are cut");
  add(app, "--log-level", into.log_level, "least level that is logged")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}).description(""))
      ->type_name("trace|debug|info|warn|error|off");
  add_choice(app, "--log-format", into.format, formats, "text", "how log lines look");
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

std::string effective_config(const config& settings) {
  std::ostringstream text;
  const auto line = [&](const char* name, const auto& value) {
    text << name << "=" << value << "\n";
  };
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return "\"" + std::to_string(time.count()) + "ms\"";
  };
  line("address", "\"" + settings.address + "\"");
  line("port", settings.port);
  line("threads", settings.threads);
  line("memory", "\"" + std::string(to_string(settings.memory)) + "\"");
  text << "data=[";
  for (std::size_t i = 0; i < settings.data.size(); ++i)
    text << (i > 0 ? ", " : "") << '"' << settings.data[i] << '"';
  text << "]\n";
  line("request-memory-max", settings.request_memory_max_bytes);
  line("header-bytes-max", settings.bounds.header_bytes_max);
  line("body-bytes-max", settings.bounds.body_bytes_max);
  line("header-timeout", milliseconds(settings.times.header));
  line("body-timeout", milliseconds(settings.times.body));
  line("idle-timeout", milliseconds(settings.times.idle));
  line("write-timeout", milliseconds(settings.times.write));
  line("drain-timeout", milliseconds(settings.times.drain));
  line("log-level", "\"" + settings.log_level + "\"");
  line("log-format", settings.format == log_format::json ? "\"json\"" : "\"text\"");
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
      "Each flag is also read from the environment: --body-bytes-max from "
      "ARENA_SERVER_BODY_BYTES_MAX.");
  try {
    app.parse(argc, argv);
    if (print_config) read.stop.push_back({0, effective_config(read.settings)});
  } catch (const CLI::ParseError& stopped) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(stopped, out, err) == 0 ? 0 : 2;
    read.stop.push_back({code, out.str() + err.str()});
  }
  return read;
}

unsigned effective_threads(const config& settings) {
  if (settings.threads > 0) return settings.threads;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&allowed)));
}

}  // namespace server
