#include "loadtest/generator/plan_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include <boost/json/stream_parser.hpp>

namespace generator {
namespace {

namespace json = boost::json;

constexpr double rate_max = 10'000'000;     // a second: beyond what a core can send
constexpr double seconds_max = 7 * 86'400;  // a week, the longest soak
constexpr std::uint64_t any = std::numeric_limits<std::int64_t>::max();

json::value parsed(std::string_view text) {
  json::error_code error;
  json::stream_parser parser;
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  const bool is_cut = !error && !parser.done();
  const bool has_more =
      !error && !is_cut && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos;
  if (!error && !is_cut && !has_more) return parser.release();
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(read), '\n');
  throw plan_error("line " + std::to_string(line), error ? "not JSON: " + error.message()
                                                   : has_more
                                                       ? "text after the end of the JSON value"
                                                       : "the JSON text ends too early");
}

arrivals read_kind(const plan_members& from) {
  const std::string kind = from.text("kind", "constant");
  if (kind == "constant") return arrivals::constant;
  if (kind == "poisson") return arrivals::poisson;
  from.refuse("kind", "must be \"constant\" or \"poisson\"");
}

stage read_stage(const json::value& value, const std::string& path) {
  const plan_members from(value, path, {"kind", "rate", "rate_end", "seconds"});
  if (!from.has("rate")) from.refuse("rate", "is missing");
  if (!from.has("seconds")) from.refuse("seconds", "is missing");
  stage read;
  read.kind = read_kind(from);
  read.rate = from.number("rate", 0, {0, rate_max});
  read.rate_end = from.number("rate_end", read.rate, {0, rate_max});
  read.seconds = from.number("seconds", 0, {0.001, seconds_max});
  return read;
}

expectation read_expectation(const plan_members& kind) {
  expectation read;
  const json::value* const found = kind.find("expect");
  if (found == nullptr) return read;
  const plan_members from(*found, kind.path_of("expect"), {"status", "length", "close"});
  read.status = static_cast<unsigned>(from.whole("status", read.status, {200, 599}));
  if (from.has("length")) read.length = from.whole("length", 0, {0, any});
  if (from.is_true("close")) read.connection = ending::closed;
  return read;
}

void read_fields(const plan_members& kind, request_kind& read) {
  const json::value* const found = kind.find("fields");
  if (found == nullptr) return;
  const json::array* const list = found->if_array();
  if (list == nullptr) kind.refuse("fields", "must be a list of [name, value] pairs");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json::array* const pair = (*list)[i].if_array();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() ||
        !(*pair)[1].is_string()) {
      throw plan_error(element_path(kind.path_of("fields"), i),
                       "must be [name, value], two strings");
    }
    read.fields.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
  }
}

void read_body(const plan_members& from, const std::filesystem::path& folder, request_kind& read) {
  read.body = from.text("body", "");
  if (!from.has("body_file")) return;
  if (from.has("body")) from.refuse("body_file", "there is a body already; keep one of them");
  try {
    read.body = read_file(folder / from.text("body_file", ""));
  } catch (const std::system_error& error) {
    from.refuse("body_file", error.what());
  }
}

request_kind read_request(const json::value& value, const std::string& path,
                          const std::filesystem::path& folder) {
  const plan_members from(
      value, path,
      {"name", "weight", "method", "target", "fields", "body", "body_file", "template", "raw",
       "expect", "slow_write_bytes_per_s", "slow_read_bytes_per_s"});
  request_kind read;
  read.name = from.text("name", path);
  read.weight = from.number("weight", read.weight, {0, 1e9});
  read.method = from.text("method", read.method);
  read.target = from.text("target", read.target);
  read_fields(from, read);
  read_body(from, folder, read);
  if (from.is_true("template")) read.texts = text_kind::filled;
  read.raw = from.text("raw", "");
  if (from.has("raw")) {
    if (read.raw.empty()) from.refuse("raw", "must not be empty");
    for (const char* const other :
         {"method", "target", "fields", "body", "body_file", "template"}) {
      if (from.has(other))
        from.refuse(other, "has no meaning beside raw, which is the whole request");
    }
  }
  read.expect = read_expectation(from);
  read.write_bytes_per_s = from.whole("slow_write_bytes_per_s", 0, {0, any});
  read.read_bytes_per_s = from.whole("slow_read_bytes_per_s", 0, {0, any});
  return read;
}

}  // namespace

plan read_plan(std::string_view json_text, const std::filesystem::path& folder) {
  const json::value value = parsed(json_text);
  const plan_members from(value, "",
                          {"address", "port", "seed", "connections", "threads",
                           "requests_per_connection", "timeout_ms", "spin_us", "schedule", "mix"});
  plan read;
  if (!from.has("port")) from.refuse("port", "is missing");
  read.address = from.text("address", read.address);
  read.port = static_cast<std::uint16_t>(from.whole("port", 0, {1, 65'535}));
  read.seed = from.whole("seed", read.seed, {0, std::numeric_limits<std::uint64_t>::max()});
  read.connections = from.whole("connections", read.connections, {1, 1'000'000});
  read.threads = from.whole("threads", read.threads, {1, 256});
  read.requests_per_connection = from.whole("requests_per_connection", 0, {0, any});
  read.timeout = std::chrono::milliseconds(from.whole("timeout_ms", 5000, {1, 3'600'000}));
  read.spin = std::chrono::microseconds(from.whole("spin_us", 0, {0, 1000}));
  const json::array& stages = from.list("schedule");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    read.schedule.push_back(read_stage(stages[i], element_path("schedule", i)));
  }
  const json::array& mix = from.list("mix");
  for (std::size_t i = 0; i < mix.size(); ++i) {
    read.mix.push_back(read_request(mix[i], element_path("mix", i), folder));
  }
  check(read);
  return read;
}

plan read_plan_file(const std::filesystem::path& file) {
  return read_plan(read_file(file), file.parent_path());
}

std::string read_file(const std::filesystem::path& file) {
  const auto refuse = [&](int reason) {
    throw std::system_error(reason, std::generic_category(), "cannot read " + file.string());
  };
  if (std::filesystem::is_directory(file)) refuse(EISDIR);
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open()) refuse(errno != 0 ? errno : EIO);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (in.bad()) refuse(EIO);
  return text;
}

}  // namespace generator
