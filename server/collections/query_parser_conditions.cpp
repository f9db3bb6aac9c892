// The part of query_parser that reads conditions: price=gte.10,
// or=(a.eq.1,not.and(b.gt.2,c.is.null)).
#include <algorithm>
#include <array>
#include <string_view>

#include "server/collections/named_values.hpp"
#include "server/collections/query_parser.hpp"

namespace server::collections {

namespace {

constexpr named_values<comparison, 10> comparison_names = {{{"eq", comparison::eq},
                                                            {"neq", comparison::neq},
                                                            {"gt", comparison::gt},
                                                            {"gte", comparison::gte},
                                                            {"lt", comparison::lt},
                                                            {"lte", comparison::lte},
                                                            {"like", comparison::like},
                                                            {"ilike", comparison::ilike},
                                                            {"in", comparison::in},
                                                            {"is", comparison::is}}};

constexpr named_values<condition::kind, 2> list_names = {
    {{"and", condition::kind::all_of}, {"or", condition::kind::any_of}}};

constexpr std::array<std::string_view, 5> is_values = {"null", "not_null", "true", "false",
                                                       "unknown"};

constexpr std::string_view negation = "not.";

// Whether they are the same but for the case of letters.
bool is_same_word(std::string_view given, std::string_view lower) noexcept {
  return std::ranges::equal(given, lower, [](char one, char other) {
    return (one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one) == other;
  });
}

}  // namespace

// condition = ["not."] ("and" / "or") "=" parts / path "=" comparison
bool query_parser::take_condition(std::string_view name, std::string_view value) {
  if (!add_term()) return false;
  condition& added = query_.where.emplace_back(memory());
  const bool is_negated = name.starts_with(negation);
  if (const auto kind = find(list_names, name.substr(is_negated ? negation.size() : 0))) {
    added.negated = is_negated;
    added.what = *kind;
    return take_parts(added, 1) && text_.expect_end();
  }
  text_.begin(name, name);
  if (!text_.take_path(added.field)) return false;
  if (!text_.at_end()) return text_.fail("the name of a field, in quotes if it holds any of .,:()");
  text_.begin(name, value);
  return take_comparison(added, place::parameter) && text_.expect_end();
}

// parts = "(" part *("," part) ")"
bool query_parser::take_parts(condition& to, std::size_t depth) {
  if (depth > depth_max) return text_.fail_whole("lists nested at most 16 deep");
  if (!text_.skip_mark('(')) return text_.fail("conditions in parentheses");
  do {
    if (!add_term() || !take_part(to.parts.emplace_back(memory()), depth)) return false;
  } while (text_.skip_mark(','));
  return text_.skip_mark(')') || text_.fail("a comma or )");
}

// part = ["not."] ("and" / "or") parts / path "." comparison
bool query_parser::take_part(condition& to, std::size_t depth) {
  if (take_list_name(to)) return take_parts(to, depth + 1);
  if (!text_.take_path(to.field)) return false;
  if (!text_.skip(".")) return text_.fail("a dot and a condition behind the field");
  return take_comparison(to, place::list);
}

// Both may also be names of fields: a list's is known by the parenthesis behind it.
bool query_parser::take_list_name(condition& to) noexcept {
  const bool is_negated = text_.rest().starts_with(negation);
  for (const auto& [name, kind] : list_names) {
    std::string_view rest = text_.rest().substr(is_negated ? negation.size() : 0);
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    const std::size_t mark = rest.find_first_not_of(" \t");
    if (mark == std::string_view::npos || rest[mark] != '(') continue;
    text_.skip(text_.rest().substr(0, text_.rest().size() - rest.size()));
    to.what = kind;
    to.negated = is_negated;
    return true;
  }
  return false;
}

// comparison = ["not."] operator "." value
bool query_parser::take_comparison(condition& to, place where) {
  to.negated = text_.skip(negation);
  const std::string_view from = text_.rest();
  const auto how = find(comparison_names, text_.take_word());
  if (!how || !text_.skip("."))
    return text_.fail("eq., neq., gt., gte., lt., lte., like., ilike., in. or is.", from);
  to.how = *how;
  if (to.how == comparison::in) return take_values(to);
  if (to.how == comparison::is) return take_is(to);
  to.values.push_back(where == place::list ? text_.take_value_or_array() : text_.take_rest());
  return true;
}

bool query_parser::take_is(condition& to) {
  const std::string_view from = text_.rest();
  const std::string_view word = text_.take_word();
  for (const std::string_view value : is_values) {
    if (!is_same_word(word, value)) continue;
    to.values.push_back(value);
    return true;
  }
  return text_.fail("null, not_null, true, false or unknown", from);
}

// values = "(" [value *("," value)] ")"
bool query_parser::take_values(condition& to) {
  if (!text_.skip_mark('(')) return text_.fail("values in parentheses");
  if (text_.skip_mark(')')) return true;
  do {
    to.values.push_back(text_.take_value());
  } while (text_.skip(","));
  return text_.skip_mark(')') || text_.fail("a comma or )");
}

}  // namespace server::collections
