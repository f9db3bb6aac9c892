#include "server/collections/loader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>
#include <variant>

#include <boost/json/kind.hpp>

#include "server/collections/text_position.hpp"
#include "server/json/document.hpp"

namespace server::collections {

namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

[[noreturn]] void fail(std::string_view origin, const std::string& reason) {
  throw load_error(std::string(origin) + ": " + reason);
}

[[noreturn]] void fail(std::string_view origin, std::size_t line, const std::string& reason) {
  throw load_error(std::string(origin) + ":" + std::to_string(line) + ": " + reason);
}

[[noreturn]] void fail(std::string_view origin, text_position at,
                       const boost::system::error_code& reason) {
  fail(origin, at.line, reason.message() + " at column " + std::to_string(at.column));
}

[[noreturn]] void fail_row(std::string_view origin, std::size_t line, std::size_t number,
                           const boost::json::value& row) {
  const auto kind = boost::json::to_string(row.kind());
  fail(origin, line,
       "row " + std::to_string(number) + " (the first is 0) is not an object but of type " +
           std::string(kind));
}

// Without the byte order mark and the white space at the end, where nothing can be wrong.
std::string_view content_of(std::string_view text, std::string_view origin) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::size_t last = text.find_last_not_of(white_space);
  if (last == std::string_view::npos) fail(origin, "the file is empty");
  return text.substr(0, last + 1);
}

// The array of rows in `document`, which is that of a whole file.
boost::json::array& rows_of(boost::json::value& document, std::string_view origin,
                            std::size_t line) {
  if (auto* rows = document.if_array()) return *rows;
  auto* const object = document.if_object();
  if (object == nullptr)
    fail(origin, line, "neither an array of objects nor an object with a member that is one");
  boost::json::key_value_pair* found = nullptr;
  for (auto& member : *object) {
    if (!member.value().is_array()) continue;
    if (found != nullptr)
      fail(origin, line,
           "more than one member is an array, " + quoted(found->key()) + " and " +
               quoted(member.key()) + "; rows can be in one only");
    found = &member;
  }
  if (found == nullptr) fail(origin, line, "no member of the object is an array of objects");
  return found->value().get_array();
}

// Said beforehand, since reading from a directory or a device fails without telling why, or never.
void expect_regular_file(const std::string& path) {
  std::error_code ignored;
  const auto kind = std::filesystem::status(path, ignored).type();
  if (kind == std::filesystem::file_type::not_found) fail(path, "there is no such file");
  if (kind == std::filesystem::file_type::directory) fail(path, "a directory, not a file");
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::unknown)
    fail(path, "not a regular file");
}

std::string read_file(const std::string& path) {
  expect_regular_file(path);
  errno = 0;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(path, "cannot be opened: " + std::generic_category().message(errno));
  std::string text(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) fail(path, "cannot be read: " + std::generic_category().message(errno));
  text.resize(static_cast<std::size_t>(file.gcount()));  // it may have shrunk meanwhile
  return text;
}

}  // namespace

std::string collection_name(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}

collection load_file(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  const bool lines = extension == ".ndjson" || extension == ".jsonl";
  if (!lines && extension != ".json")
    fail(path, "of an unknown kind; supported are .json, .ndjson and .jsonl");
  const auto load = lines ? load_ndjson : load_json;
  return load(collection_name(path), read_file(path), path);
}

collection load_json(std::string_view name, std::string_view text, std::string_view origin) {
  const std::string_view content = content_of(text, origin);
  auto memory = std::make_unique<collection_memory>();
  auto parsed = json::parse(content, memory->storage());
  if (const auto* error = std::get_if<json::parse_error>(&parsed))
    fail(origin, position_of(content, error->offset_bytes), error->reason);
  const std::size_t begin = content.find_first_not_of(white_space);
  auto& rows =
      rows_of(std::get<boost::json::value>(parsed), origin, position_of(content, begin).line);
  const auto wrong = std::ranges::find_if_not(rows, &boost::json::value::is_object);
  if (wrong != rows.end()) {
    const auto number = static_cast<std::size_t>(wrong - rows.begin());
    fail_row(origin, position_of(content, offset_of_row(content, number)).line, number, *wrong);
  }
  return collection(name, std::move(memory), std::move(rows));
}

collection load_ndjson(std::string_view name, std::string_view text, std::string_view origin) {
  const std::string_view content = content_of(text, origin);
  auto memory = std::make_unique<collection_memory>();
  boost::json::array rows(memory->storage());
  // Reserved at once, since an arena does not take back what growth leaves behind.
  rows.reserve(static_cast<std::size_t>(std::ranges::count(content, '\n')) + 1);
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    std::string_view line = content.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    line = line.substr(0, line.find_last_not_of(white_space) + 1);
    if (line.empty()) continue;
    auto parsed = json::parse(line, memory->storage());
    if (const auto* error = std::get_if<json::parse_error>(&parsed))
      fail(origin, {number, error->offset_bytes + 1}, error->reason);
    auto& row = std::get<boost::json::value>(parsed);
    if (!row.is_object()) fail_row(origin, number, rows.size(), row);
    rows.push_back(std::move(row));
  }
  return collection(name, std::move(memory), std::move(rows));
}

}  // namespace server::collections
