#include "server/collections/query_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "server/collections/named_values.hpp"

namespace server::collections {

namespace {

constexpr named_values<aggregate, 5> aggregate_names = {{{"count", aggregate::count},
                                                         {"sum", aggregate::sum},
                                                         {"avg", aggregate::avg},
                                                         {"min", aggregate::min},
                                                         {"max", aggregate::max}}};

// Whether it is a place in an array: 0, 12, -1.
bool is_index(std::string_view key) noexcept {
  if (key.starts_with('-')) key.remove_prefix(1);
  return !key.empty() && key.find_first_not_of("0123456789") == std::string_view::npos;
}

// What a field is called in the answer: by the last key that is no index.
std::string_view name_of(const field_path& path) noexcept {
  for (std::size_t i = path.keys.size() - 1; i > 0; --i) {
    if (!is_index(path.keys[i])) return path.keys[i];
  }
  return path.keys.front();
}

// The bits of query_parser::seen_.
constexpr unsigned select_bit = 1;
constexpr unsigned order_bit = 2;
constexpr unsigned limit_bit = 4;
constexpr unsigned offset_bit = 8;

}  // namespace

bool query_parser::take(std::string_view name, std::string_view value) {
  text_.begin(name, value);
  if (name == "select") return is_first(select_bit) && take_select();
  if (name == "order") return is_first(order_bit) && take_order();
  if (name == "limit")
    return is_first(limit_bit) && take_number(query_.rows.limit, page::limit_max);
  if (name == "offset")
    return is_first(offset_bit) && take_number(query_.rows.offset, page::offset_max);
  return take_condition(name, value);
}

bool query_parser::take_document(const boost::json::value& document) {
  const auto* const members = document.if_object();
  text_.begin("body", {});
  if (members == nullptr) return text_.fail_whole("an object whose members are the parameters");
  for (const auto& member : *members) {
    if (!take_member(member.key(), member.value())) return false;
  }
  return true;
}

bool query_parser::take_member(std::string_view name, const boost::json::value& value) {
  if (const auto* const text = value.if_string()) return take(name, *text);
  text_.begin(name, {});
  const bool is_limit = name == "limit";
  if (!is_limit && name != "offset") return text_.fail_whole("a string");
  if (!is_first(is_limit ? limit_bit : offset_bit)) return false;
  const std::size_t most = is_limit ? page::limit_max : page::offset_max;
  boost::json::error_code failure;
  const auto number = value.to_number<std::size_t>(failure);
  if (failure || number > most) return fail_number(most);
  (is_limit ? query_.rows.limit : query_.rows.offset) = number;
  return true;
}

bool query_parser::take_number(std::size_t& to, std::size_t most) {
  const std::string_view digits = text_.rest();
  const char* const end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, to);
  if (failure == std::errc() && stop == end && to <= most) return true;
  return fail_number(most);
}

bool query_parser::fail_number(std::size_t most) {
  constexpr std::string_view range = "a whole number from 0 to ";
  std::array<char, range.size() + 20> expected;
  char* const begin = std::copy(range.begin(), range.end(), expected.data());
  const char* const end = std::to_chars(begin, expected.data() + expected.size(), most).ptr;
  const std::string_view text(expected.data(), end);
  return text_.at_end() ? text_.fail_whole(text) : text_.fail(text);
}

// select = "*" / item *("," item)
bool query_parser::take_select() {
  if (text_.at_end()) return true;
  if (text_.skip_mark('*'))
    return text_.at_end() || text_.fail("* alone, or names of fields instead");
  do {
    if (!take_selected()) return false;
  } while (text_.skip_mark(','));
  return text_.at_end() || text_.fail("a comma or the end");
}

// item = [alias ":"] (path ["." aggregate "()"] / "count()")
bool query_parser::take_selected() {
  if (!add_term()) return false;
  selected& added = query_.select.emplace_back(memory());
  std::optional<std::string_view> alias;
  if (!text_.take_path(added.from)) return false;
  if (!text_.rest().starts_with("::") && text_.rest().starts_with(':')) {
    if (added.from.keys.size() > 1) return text_.fail("an alias of one name before the colon");
    alias = added.from.keys.front();
    text_.skip(":");
    if (!text_.take_path(added.from)) return false;
  }
  if (added.from.text == "*") return text_.fail("names of fields, since * stands alone", "*");
  if (!take_aggregate(added)) return false;
  if (text_.rest().starts_with("::")) return text_.fail("a field without a cast");
  if (alias)
    added.name = *alias;
  else if (added.how == aggregate::none)
    added.name = name_of(added.from);
  return true;
}

bool query_parser::take_aggregate(selected& to) {
  const std::string_view from = text_.rest();
  std::string_view called = to.from.text;
  if (from.starts_with('(')) {
    if (called != "count") return text_.fail("count(), or a field and a dot before the aggregate");
    to.from.keys.clear();
  } else if (text_.skip(".")) {
    called = text_.take_word();
  } else {
    return true;
  }
  const auto how = find(aggregate_names, called);
  if (!how || !text_.skip("()")) return text_.fail("count(), sum(), avg(), min() or max()", from);
  to.how = *how;
  to.name = called;
  return true;
}

// order = term *("," term)
bool query_parser::take_order() {
  do {
    if (!take_order_term()) return false;
  } while (text_.skip_mark(','));
  return text_.at_end() || text_.fail("a comma or the end");
}

// term = path ["." ("asc" / "desc")] ["." ("nullsfirst" / "nullslast")]
bool query_parser::take_order_term() {
  if (!add_term()) return false;
  order_term& added = query_.order.emplace_back(memory());
  if (!text_.take_path(added.by)) return false;
  bool names_way = false;
  bool names_nulls = false;
  while (!names_nulls && text_.rest().starts_with('.')) {
    const std::string_view from = text_.rest();
    text_.skip(".");
    const std::string_view word = text_.take_word();
    names_nulls = word == "nullsfirst" || word == "nullslast";
    if (names_nulls)
      added.where = word == "nullsfirst" ? order_term::nulls::first : order_term::nulls::last;
    else if (names_way)
      return text_.fail(".nullsfirst or .nullslast", from);
    else if (word != "asc" && word != "desc")
      return text_.fail(".asc, .desc, .nullsfirst or .nullslast", from);
    else if (word == "desc")
      added.way = order_term::direction::descending;
    names_way = true;
  }
  // As PostgreSQL has it: nulls count as larger than everything.
  if (!names_nulls && added.way == order_term::direction::descending)
    added.where = order_term::nulls::first;
  return true;
}

bool query_parser::add_term() {
  static_assert(terms_max == 1000);
  return ++terms_ <= terms_max ||
         text_.fail_whole("at most 1000 fields, conditions and terms of the order in a query");
}

bool query_parser::is_first(unsigned parameter) {
  if ((seen_ & parameter) != 0) return text_.fail_whole("once");
  seen_ |= parameter;
  query_.says_page = (seen_ & (limit_bit | offset_bit)) != 0;
  return true;
}

}  // namespace server::collections
