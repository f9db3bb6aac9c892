#include "server/collections/json_columns.hpp"

#include <algorithm>

#include <boost/json/value.hpp>

#include "server/collections/load_error.hpp"

namespace server::collections {

namespace {

value_class class_of(const boost::json::value& value) noexcept {
  switch (value.kind()) {
    case boost::json::kind::bool_:
      return value_class::boolean;
    case boost::json::kind::int64:
      return integer_class(value.get_int64());
    case boost::json::kind::double_:
      return value_class::real;
    case boost::json::kind::string:
      return value_class::text;
    default:
      return value_class::other;
  }
}

}  // namespace

std::optional<std::size_t> json_profile::find(std::string_view name,
                                              std::size_t expected) const noexcept {
  if (expected < columns_.size() && columns_[expected].name == name) return expected;
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::size_t json_profile::find_or_add(std::string_view name, std::size_t expected) {
  if (const auto found = find(name, expected)) return *found;
  if (columns_.size() == columns_max)
    throw row_error("more than " + std::to_string(columns_max) +
                    " different members so far; the one too many is " + quoted(name));
  numbers_.emplace(name, columns_.size());
  columns_.emplace_back().name = name;
  return columns_.size() - 1;
}

void json_profile::add(const boost::json::object& row) {
  if (rows_ == rows_max) throw row_error("more rows than can be numbered");
  ++rows_;
  std::size_t expected = 0;
  for (const auto& member : row) {
    const std::size_t number = find_or_add(member.key(), expected);
    expected = number + 1;
    column_profile& column = columns_[number];
    ++column.members;
    const boost::json::value& value = member.value();
    if (value.is_null()) continue;
    ++column.values;
    column.add(class_of(value));
    if (const auto* text = value.if_string()) column.text_bytes += text->size();
  }
}

json_columns::json_columns(const json_profile& profile, collection_memory& memory)
    : profile_(profile), memory_(memory) {
  for (const column_profile& one : profile.columns()) {
    const column_kind kind = one.kind(column_kind::document);
    const std::string obstacle = one.obstacle(kind);
    if (!obstacle.empty()) throw row_error(obstacle);
    builders_.emplace_back(one, kind, profile.rows(), memory);
  }
}

void json_columns::add(const boost::json::object& row) {
  std::size_t expected = 0;
  for (const auto& member : row) {
    const std::size_t number = profile_.find(member.key(), expected).value();
    expected = number + 1;
    add_value(member.value(), builders_[number]);
  }
  ++row_;
}

void json_columns::add_value(const boost::json::value& value, column_builder& to) {
  if (value.is_null()) return to.add_null(row_);
  switch (to.kind()) {
    case column_kind::boolean:
      return to.add_boolean(row_, value.get_bool());
    case column_kind::integer:
      return to.add_integer(row_, value.get_int64());
    case column_kind::real:
      return to.add_real(row_, value.to_number<double>());
    case column_kind::text:
      return to.add_text(row_, value.get_string());
    case column_kind::document:
      return to.add_document(row_, value);
  }
}

std::span<const column> json_columns::finish() {
  const auto columns = memory_.arena().create_array<column>(builders_.size());
  std::ranges::transform(builders_, columns.begin(),
                         [](column_builder& one) { return one.finish(); });
  return columns;
}

}  // namespace server::collections
