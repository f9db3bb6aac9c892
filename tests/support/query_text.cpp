#include "tests/support/query_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace {

using namespace server::collections;

bool is_plain(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

std::string in_quotes(std::string_view text) {
  std::string all = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') all += '\\';
    all += byte;
  }
  return all + '"';
}

std::string name_text(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, is_plain) ? std::string(name) : in_quotes(name);
}

std::string path_text(const field_path& path) {
  std::string text;
  for (std::size_t i = 0; i < path.keys.size(); ++i) {
    if (i > 0) text += path.as_text && i + 1 == path.keys.size() ? "->>" : "->";
    text += name_text(path.keys[i]);
  }
  return text;
}

std::string selected_text(const selected& one) {
  constexpr std::array<std::string_view, 6> aggregates = {"", "count", "sum", "avg", "min", "max"};
  const std::string_view aggregate_name = aggregates.at(static_cast<std::size_t>(one.how));
  std::string text = path_text(one.from);
  if (one.how != aggregate::none) {
    if (!text.empty()) text += '.';
    text.append(aggregate_name).append("()");
  }
  const bool is_usual =
      one.how == aggregate::none ? one.name == one.from.keys.back() : one.name == aggregate_name;
  return is_usual ? text : name_text(one.name) + ':' + text;
}

std::string order_text(const order_term& term) {
  const bool is_descending = term.way == order_term::direction::descending;
  return path_text(term.by) + (is_descending ? ".desc" : ".asc") +
         (term.where == order_term::nulls::first ? ".nullsfirst" : ".nullslast");
}

enum class place { parameter, list };

std::string value_text(const condition& one, place where) {
  if (one.how == comparison::in) {
    std::string text = "(";
    for (const auto value : one.values) text += (text.size() > 1 ? "," : "") + in_quotes(value);
    return text + ')';
  }
  const std::string_view value = one.values.at(0);
  return where == place::list && one.how != comparison::is ? in_quotes(value) : std::string(value);
}

std::string comparison_text(const condition& one, place where) {
  constexpr std::array<std::string_view, 10> names = {"eq",  "neq",  "gt",    "gte", "lt",
                                                      "lte", "like", "ilike", "in",  "is"};
  return (one.negated ? "not." : "") + std::string(names.at(static_cast<std::size_t>(one.how))) +
         '.' + value_text(one, where);
}

std::string list_name(const condition& one) {
  return std::string(one.negated ? "not." : "") +
         (one.what == condition::kind::all_of ? "and" : "or");
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the parser lets it be
std::string parts_text(const condition& list) {
  std::string text = "(";
  for (const condition& part : list.parts) {
    if (text.size() > 1) text += ',';
    if (part.what == condition::kind::comparison)
      text += path_text(part.field) + '.' + comparison_text(part, place::list);
    else
      text += list_name(part) + parts_text(part);
  }
  return text + ')';
}

// A field that is called like a parameter of another meaning stands in quotes.
std::string field_parameter(const field_path& field) {
  constexpr std::array<std::string_view, 6> taken = {"select", "order", "limit",
                                                     "offset", "and",   "or"};
  const std::string text = path_text(field);
  return std::ranges::find(taken, text) == taken.end() ? text : in_quotes(text);
}

template <class Items, class ToText>
void add_list(query_parameters& all, const char* name, const Items& items, ToText to_text) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + to_text(item);
  if (!text.empty()) all.emplace_back(name, text);
}

}  // namespace

query_parameters parameters_of(const query& parsed) {
  query_parameters all;
  add_list(all, "select", parsed.select, selected_text);
  for (const condition& one : parsed.where) {
    if (one.what == condition::kind::comparison)
      all.emplace_back(field_parameter(one.field), comparison_text(one, place::parameter));
    else
      all.emplace_back(list_name(one), parts_text(one));
  }
  add_list(all, "order", parsed.order, order_text);
  if (parsed.rows.limit != page::limit_default)
    all.emplace_back("limit", std::to_string(parsed.rows.limit));
  if (parsed.rows.offset != 0) all.emplace_back("offset", std::to_string(parsed.rows.offset));
  return all;
}

std::string joined(const query_parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += name + '=' + value;
  }
  return text;
}

query_parameters split_parameters(std::string_view text) {
  query_parameters all;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    const std::size_t equals = std::min(one.find('='), one.size());
    all.emplace_back(one.substr(0, equals), one.substr(std::min(equals + 1, one.size())));
  }
  return all;
}
