#include "server/collections/plan.hpp"

#include <algorithm>
#include <utility>

#include "server/collections/shown_text.hpp"

namespace server::collections {

namespace {

// What a column's values are, for people.
const char* name_of(column_kind kind) noexcept {
  switch (kind) {
    case column_kind::boolean:
      return "true or false";
    case column_kind::integer:
      return "whole numbers";
    case column_kind::real:
      return "numbers";
    case column_kind::text:
      return "texts";
    case column_kind::document:
      return "documents";
  }
  return "";
}

bool needs_numbers(aggregate how) noexcept {
  return how == aggregate::sum || how == aggregate::avg;
}

bool is_number_or_document(column_kind kind) noexcept {
  return kind == column_kind::integer || kind == column_kind::real || kind == column_kind::document;
}

std::optional<bool> boolean_value_of(std::string_view text) noexcept {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace

bool planner::make(const query& asked) {
  plan_.rows = asked.rows;
  plan_.is_grouped = std::ranges::any_of(
      asked.select, [](const selected& one) { return one.how != aggregate::none; });
  if (!make_outputs(asked) || !make_order(asked)) return false;
  plan_.where.parts.reserve(asked.where.size());
  for (const condition& part : asked.where) {
    if (!make_predicate(part, plan_.where.parts.emplace_back(memory_))) return false;
  }
  return true;
}

bool planner::make_outputs(const query& asked) {
  if (!asked.select.empty()) {
    plan_.outputs.reserve(asked.select.size());
    return std::ranges::all_of(asked.select,
                               [this](const selected& one) { return make_output(one); }) &&
           names_differ();
  }
  plan_.omits_absent = true;
  plan_.outputs.reserve(plan_.of->columns().size());
  for (const column& each : plan_.of->columns())
    plan_.outputs.push_back({each.name(), field(each, {}, field::form::value), aggregate::none});
  return true;
}

bool planner::make_output(const selected& asked) {
  output& added = plan_.outputs.emplace_back();
  added.name = asked.name;
  added.how = asked.how;
  if (asked.from.keys.empty()) return true;  // count()
  added.from = find(asked.from);
  if (!added.from) return false;
  if (needs_numbers(asked.how) && !is_number_or_document(added.from->kind()))
    return fail({"select: ", asked.from.text, " holds ", name_of(added.from->kind()),
                 ", of which there is no sum and no average"});
  return true;
}

// Objects of two members of one name are read as having one of them.
bool planner::names_differ() {
  std::pmr::vector<std::string_view> names(memory_);
  names.reserve(plan_.outputs.size());
  for (const output& one : plan_.outputs) names.push_back(one.name);
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice == names.end()) return true;
  return fail({"select: two members of the answer would have the name ", *twice,
               "; another name is given as in other:field"});
}

bool planner::make_order(const query& asked) {
  plan_.order.reserve(asked.order.size());
  for (const order_term& term : asked.order) {
    sort_key& added = plan_.order.emplace_back();
    added.way = term.way;
    added.nulls_where = term.where;
    if (plan_.is_grouped) {
      if (!make_group_key(term, added)) return false;
    } else {
      added.from = find(term.by);
      if (!added.from) return false;
    }
  }
  return true;
}

bool planner::make_group_key(const order_term& asked, sort_key& to) {
  const auto& [text, keys, as_text] = asked.by;
  const auto found =
      std::ranges::find(plan_.outputs, keys.size() == 1 ? keys.front() : text, &output::name);
  if (found == plan_.outputs.end())
    return fail({"order: ", asked.by.text,
                 " is not selected; groups are ordered by what is selected of them"});
  to.output = static_cast<std::size_t>(found - plan_.outputs.begin());
  return true;
}

bool planner::make_predicate(const condition& asked, predicate& to) {
  to.what = asked.what;
  to.negated = asked.negated;
  if (asked.what == condition::kind::comparison) return make_test(asked, to);
  to.parts.reserve(asked.parts.size());
  return std::ranges::all_of(asked.parts, [&](const condition& part) {
    return make_predicate(part, to.parts.emplace_back(memory_));
  });
}

bool planner::make_test(const condition& asked, predicate& to) {
  const auto of = find(asked.field);
  if (!of) return false;
  if (asked.how == comparison::like || asked.how == comparison::ilike ||
      asked.how == comparison::is)
    return make_text_test(asked, *of, to);
  std::pmr::vector<cell> readings(memory_);
  readings.reserve(asked.values.size());
  for (const std::string_view value : asked.values) {
    if (!add_readings(asked, *of, value, readings)) return false;
  }
  std::ranges::sort(readings, is_before);
  to.test.emplace(*of, asked.how, std::move(readings));
  return true;
}

bool planner::make_text_test(const condition& asked, const field& of, predicate& to) {
  const std::string_view value = asked.values.front();
  const column_kind kind = of.kind();
  if (asked.how == comparison::is) {
    if (boolean_value_of(value) && kind != column_kind::boolean && kind != column_kind::document)
      return fail({asked.field.text, ": holds ", name_of(kind), ", which are never ", value});
  } else if (kind != column_kind::text && kind != column_kind::document) {
    return fail({asked.field.text, ": holds ", name_of(kind), "; like and ilike are for texts"});
  }
  to.test.emplace(of, asked.how, value);
  return true;
}

// In each way in which a value of the field may be equal to it.
bool planner::add_readings(const condition& asked, const field& of, std::string_view value,
                           std::pmr::vector<cell>& to) {
  const column_kind kind = of.kind();
  const bool is_any = kind == column_kind::document;
  if (kind == column_kind::text || is_any) to.push_back(value);
  const cell number = number_of(value);
  const auto boolean = boolean_value_of(value);
  if (is_any) {
    if (!is_null(number)) to.push_back(number);
    if (boolean) to.push_back(*boolean);
  } else if (kind == column_kind::boolean) {
    if (!boolean) return fail({asked.field.text, ": holds true or false, not \"", value, "\""});
    to.push_back(*boolean);
  } else if (kind != column_kind::text) {
    if (is_null(number))
      return fail({asked.field.text, ": holds ", name_of(kind), ", not \"", value, "\""});
    to.push_back(number);
  }
  return true;
}

std::optional<field> planner::find(const field_path& path) {
  const column* const found = plan_.of->find_column(path.keys.front());
  if (found == nullptr) {
    fail({"There is no field \"", path.keys.front(), "\" in the collection \"", plan_.of->name(),
          "\""});
    return std::nullopt;
  }
  const std::span keys(path.keys);
  if (keys.size() > 1 && found->kind() != column_kind::document) {
    fail({path.text, ": ", found->name(), " holds ", name_of(found->kind()),
          ", which nothing can be inside of"});
    return std::nullopt;
  }
  return field(*found, keys.subspan(1), path.as_text ? field::form::text : field::form::value);
}

bool planner::fail(std::initializer_list<piece> what) {
  error_.clear();
  for (const auto& [text, is_ours] : what) {
    if (is_ours)
      error_ += text;
    else
      append_shown(text, error_);
  }
  error_ += '.';
  return false;
}

}  // namespace server::collections
