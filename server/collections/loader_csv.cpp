#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/collections/column_builder.hpp"
#include "server/collections/column_profile.hpp"
#include "server/collections/content_hash.hpp"
#include "server/collections/csv_reader.hpp"
#include "server/collections/csv_value.hpp"
#include "server/collections/load_error.hpp"
#include "server/collections/load_progress.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/text_position.hpp"
#include "server/json/utf8.hpp"

namespace server::collections {

namespace {

using fields = std::vector<std::string_view>;

std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + ' ' + what + (number == 1 ? "" : "s");
}

void expect_utf8(std::string_view content, std::string_view origin) {
  const std::size_t valid = json::valid_utf8_bytes(content);
  if (valid == content.size()) return;
  const text_position at = position_of(content, valid);
  fail(origin, at.line, "not UTF-8 at column " + std::to_string(at.column));
}

// Columns that are named by the first record.
std::vector<column_profile> take_header(csv_reader& from) {
  fields names;
  from.next(names);
  if (names.size() > columns_max)
    throw csv_error(from.line(), "more than " + counted(columns_max, "column"));
  std::vector<column_profile> columns;
  std::set<std::string_view> known;
  for (const std::string_view name : names) {
    columns.emplace_back().name = name;
    if (name.empty())
      throw csv_error(from.line(), "column " + std::to_string(columns.size()) + " has no name");
    if (!known.insert(name).second)
      throw csv_error(from.line(), "more than one column is named " + quoted(name));
  }
  return columns;
}

void profile_field(std::string_view field, column_profile& to) {
  if (field.empty()) return;
  ++to.values;
  to.text_bytes += field.size();
  // A text makes the column one, whatever else is in it.
  if (!to.has(value_class::text)) to.add(class_of(field));
}

// The number of rows that follow the header; what their fields are goes to `columns`.
std::size_t profile_rows(csv_reader& from, std::vector<column_profile>& columns,
                         load_progress& progress) {
  std::size_t rows = 0;
  for (fields row; from.next(row); progress.reach(from.offset_bytes())) {
    if (row.size() != columns.size())
      throw csv_error(from.line(), "the row has " + counted(row.size(), "field") + ", the header " +
                                       std::to_string(columns.size()));
    if (++rows > rows_max) throw csv_error(from.line(), "more rows than can be numbered");
    for (std::size_t i = 0; i < row.size(); ++i) profile_field(row[i], columns[i]);
  }
  for (column_profile& one : columns) one.members = rows;
  return rows;
}

std::vector<column_builder> lay_out(const std::vector<column_profile>& columns, std::size_t rows,
                                    collection_memory& memory, std::string_view origin) {
  std::vector<column_builder> builders;
  for (const column_profile& one : columns) {
    const column_kind kind = one.kind(column_kind::text);
    const std::string obstacle = one.obstacle(kind);
    if (!obstacle.empty()) fail(origin, obstacle);
    builders.emplace_back(one, kind, rows, memory);
  }
  return builders;
}

void add_field(std::size_t row, std::string_view field, column_builder& to) {
  if (field.empty()) return to.add_null(row);
  switch (to.kind()) {
    case column_kind::boolean:
      return to.add_boolean(row, boolean_of(field));
    case column_kind::integer:
      return to.add_integer(row, integer_of(field));
    case column_kind::real:
      return to.add_real(row, real_of(field));
    default:
      return to.add_text(row, field);
  }
}

void fill(csv_reader& from, std::vector<column_builder>& columns, load_progress& progress,
          std::size_t bytes_before) {
  fields row;
  from.next(row);  // the header
  for (std::size_t number = 0; from.next(row); ++number) {
    for (std::size_t i = 0; i < row.size(); ++i) add_field(number, row[i], columns[i]);
    progress.reach(bytes_before + from.offset_bytes());
  }
}

// Goes through the text twice, so that nothing is kept of it in between but a few numbers a column.
collection::contents contents_of(std::string_view content, std::string_view origin) {
  load_progress progress(origin, content.size() * 2);
  csv_reader profiled(content);
  std::vector<column_profile> profiles = take_header(profiled);
  const std::size_t rows = profile_rows(profiled, profiles, progress);
  auto memory = std::make_unique<collection_memory>();
  std::vector<column_builder> builders = lay_out(profiles, rows, *memory, origin);
  csv_reader filled(content);
  fill(filled, builders, progress, content.size());
  const auto columns = memory->arena().create_array<column>(builders.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = builders[i].finish();
  return {.memory = std::move(memory), .columns = columns, .rows = rows};
}

}  // namespace

collection load_csv(std::string_view name, std::string_view text, std::string_view origin) {
  const std::string_view content = without_mark(text);
  if (content.find_first_not_of(" \t\r\n") == std::string_view::npos)
    fail(origin, "the file is empty");
  expect_utf8(content, origin);
  try {
    collection::contents loaded = contents_of(content, origin);
    loaded.file_bytes = text.size();
    loaded.version = content_hash(text);
    return collection(name, std::move(loaded));
  } catch (const csv_error& error) {
    fail(origin, error.line, error.what());
  }
}

}  // namespace server::collections
