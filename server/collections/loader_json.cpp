#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/json/array.hpp>
#include <boost/json/kind.hpp>

#include "server/collections/content_hash.hpp"
#include "server/collections/json_columns.hpp"
#include "server/collections/load_error.hpp"
#include "server/collections/load_progress.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/text_position.hpp"
#include "server/json/document.hpp"

namespace server::collections {

namespace {

constexpr std::string_view white_space = " \t\r\n";

[[noreturn]] void fail(std::string_view origin, text_position at, const json::parse_error& error) {
  collections::fail(origin, at.line,
                    "not JSON: expected " + std::string(error.expected) + " at column " +
                        std::to_string(at.column));
}

// What a value is that is no object.
std::string_view name_of(boost::json::kind kind) noexcept {
  switch (kind) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    default:
      return "a number";
  }
}

std::string not_an_object(std::size_t number, const boost::json::value& row) {
  return "row " + std::to_string(number + 1) + " is not an object but " +
         std::string(name_of(row.kind()));
}

// Without the byte order mark and the white space at the end, where nothing can be wrong.
std::string_view content_of(std::string_view text, std::string_view origin) {
  text = without_mark(text);
  const std::size_t last = text.find_last_not_of(white_space);
  if (last == std::string_view::npos) collections::fail(origin, "the file is empty");
  return text.substr(0, last + 1);
}

// The array of rows in `document`, which is that of a whole file.
const boost::json::array& rows_of(const boost::json::value& document, std::string_view origin,
                                  std::size_t line) {
  if (const auto* rows = document.if_array()) return *rows;
  const auto* const object = document.if_object();
  if (object == nullptr)
    collections::fail(origin, line,
                      "neither an array of objects nor an object with a member that is one");
  const boost::json::key_value_pair* found = nullptr;
  for (const auto& member : *object) {
    if (!member.value().is_array()) continue;
    if (found != nullptr)
      collections::fail(origin, line,
                        "more than one member is an array, " + quoted(found->key()) + " and " +
                            quoted(member.key()) + "; rows can be in one only");
    found = &member;
  }
  if (found == nullptr)
    collections::fail(origin, line, "no member of the object is an array of objects");
  return found->value().get_array();
}

// The rows of one document. It is held whole while it is loaded, beside the collection.
class document_rows {
 public:
  document_rows(std::string_view content, std::string_view origin)
      : content_(content),
        origin_(origin),
        progress_(origin, content.size() * steps),
        document_(parse()),
        rows_(find_rows()) {}

  /// Gives each row to `take`.
  template <class Take>
  void each(Take take) {
    ++steps_done_;
    for (std::size_t number = 0; number < rows_.size(); ++number) {
      progress_.reach(content_.size() * steps_done_ + content_.size() * number / rows_.size());
      if (!rows_[number].is_object()) fail_row(number, not_an_object(number, rows_[number]));
      try {
        take(rows_[number].get_object());
      } catch (const row_error& error) {
        fail_row(number, error.what());
      }
    }
  }

 private:
  static constexpr std::size_t steps = 3;  // it is parsed, and its rows are gone through twice

  boost::json::value parse() {
    auto parsed = json::parse(content_, memory_.storage());
    if (const auto* error = std::get_if<json::parse_error>(&parsed))
      fail(origin_, position_of(content_, error->offset_bytes), *error);
    return std::move(std::get<boost::json::value>(parsed));
  }
  const boost::json::array& find_rows() const {
    const std::size_t begin = content_.find_first_not_of(white_space);
    return rows_of(document_, origin_, position_of(content_, begin).line);
  }
  [[noreturn]] void fail_row(std::size_t number, const std::string& reason) const {
    const text_position at = position_of(content_, offset_of_row(content_, number));
    collections::fail(origin_, at.line, reason);
  }

  std::string_view content_;
  std::string_view origin_;
  load_progress progress_;
  std::size_t steps_done_ = 0;
  collection_memory memory_;
  boost::json::value document_;
  const boost::json::array& rows_;
};

// Rows of a line each. They are parsed each time that they are gone through, and none is kept.
class line_rows {
 public:
  line_rows(std::string_view content, std::string_view origin)
      : content_(content), origin_(origin), progress_(origin, content.size() * 2) {}

  /// Gives each row to `take`.
  template <class Take>
  void each(Take take) {
    std::size_t line_number = 0;
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < content_.size();) {
      const std::size_t end = std::min(content_.find('\n', begin), content_.size());
      std::string_view line = content_.substr(begin, end - begin);
      begin = end + 1;
      ++line_number;
      line = line.substr(0, line.find_last_not_of(white_space) + 1);
      if (!line.empty()) give(line, line_number, number++, take);
      progress_.reach(passed_bytes_ + end);
    }
    passed_bytes_ += content_.size();
  }

 private:
  template <class Take>
  void give(std::string_view line, std::size_t line_number, std::size_t number, Take& take) {
    row_memory_.arena().reset();
    auto parsed = json::parse(line, row_memory_.storage());
    if (const auto* error = std::get_if<json::parse_error>(&parsed))
      fail(origin_, {line_number, error->offset_bytes + 1}, *error);
    const auto& row = std::get<boost::json::value>(parsed);
    if (!row.is_object()) collections::fail(origin_, line_number, not_an_object(number, row));
    try {
      take(row.get_object());
    } catch (const row_error& error) {
      collections::fail(origin_, line_number, error.what());
    }
  }

  std::string_view content_;
  std::string_view origin_;
  load_progress progress_;
  std::size_t passed_bytes_ = 0;  // in earlier passes
  collection_memory row_memory_;
};

template <class Rows>
collection::contents contents_of(Rows& rows, std::string_view origin) {
  json_profile profile;
  rows.each([&](const boost::json::object& row) { profile.add(row); });
  auto memory = std::make_unique<collection_memory>();
  try {
    json_columns columns(profile, *memory);
    rows.each([&](const boost::json::object& row) { columns.add(row); });
    const auto made = columns.finish();
    return {.memory = std::move(memory), .columns = made, .rows = profile.rows()};
  } catch (const row_error& error) {
    collections::fail(origin, error.what());
  }
}

template <class Rows>
collection load(std::string_view name, std::string_view text, std::string_view origin) {
  Rows rows(content_of(text, origin), origin);
  collection::contents loaded = contents_of(rows, origin);
  loaded.file_bytes = text.size();
  loaded.version = content_hash(text);
  return collection(name, std::move(loaded));
}

}  // namespace

collection load_json(std::string_view name, std::string_view text, std::string_view origin) {
  return load<document_rows>(name, text, origin);
}

collection load_ndjson(std::string_view name, std::string_view text, std::string_view origin) {
  return load<line_rows>(name, text, origin);
}

}  // namespace server::collections
