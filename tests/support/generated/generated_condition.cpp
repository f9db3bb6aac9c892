#include "tests/support/generated/generated_condition.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tests/support/generated/generated_query.hpp"

namespace {

using kind = sample_column::kind;

// One condition's two texts; whether it stands alone decides on quotes.
struct comparison {
  std::string value;
  std::string sql;
};
enum class place { parameter, list };

std::string in_quotes(std::string_view text) {
  std::string all = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') all += '\\';
    all += byte;
  }
  return all + '"';
}

std::string listed_value(random_source& random, const std::string& value) {
  const bool is_plain = value.find_first_of(",()\"\\{} ") == std::string::npos && !value.empty();
  return is_plain && random.chance(70) ? value : in_quotes(value);
}

// Half of the values are of the column, so that something is found.
std::string some_value(random_source& random, const sample_column& of) {
  if (random.chance(70)) {
    const std::string& value = random.one_of(of.cells);
    if (!value.empty()) return value;
  }
  switch (of.holds) {
    case kind::whole:
      return std::to_string(random.between(-30, 30));
    case kind::real:
      return std::to_string(random.between(-200, 1000)) + (random.chance(50) ? ".5" : "");
    case kind::text:
      return random.chance(50) ? "m" : "Pear";
    case kind::boolean:
      break;
  }
  return random.chance(50) ? "true" : "false";
}

std::string sql_value(const sample_column& of, const std::string& value) {
  if (of.holds == kind::text) return sql_text(value);
  if (of.holds == kind::boolean) return value == "true" ? "1" : "0";
  // SQLite reads the digits of this one as a double, and then negates it.
  return value == "-9223372036854775808" ? "(-9223372036854775807 - 1)" : value;
}

comparison compare(random_source& random, const sample_column& of, place where) {
  constexpr std::array<std::array<const char*, 2>, 6> operators = {
      {{"eq", "="}, {"neq", "<>"}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="}}};
  const auto& [name, sql] = random.one_of(operators);
  const std::string value = some_value(random, of);
  return {std::string(name) + '.' + (where == place::list ? listed_value(random, value) : value),
          sql_name(of.name) + ' ' + sql + ' ' + sql_value(of, value)};
}

comparison compare_in(random_source& random, const sample_column& of) {
  std::string values;
  std::string sql;
  for (std::size_t left = random.below(6); left > 0; --left) {
    const std::string value = some_value(random, of);
    values += (values.empty() ? "" : ",") + listed_value(random, value);
    sql += (sql.empty() ? "" : ",") + sql_value(of, value);
  }
  return {"in.(" + values + ')', sql_name(of.name) + " IN (" + sql + ')'};
}

comparison compare_is(random_source& random, const sample_column& of) {
  constexpr std::array<std::array<const char*, 2>, 5> values = {{{"null", "NULL"},
                                                                 {"not_null", "NOT NULL"},
                                                                 {"unknown", "NULL"},
                                                                 {"true", "TRUE"},
                                                                 {"false", "FALSE"}}};
  const auto& [value, sql] = values.at(random.below(of.holds == kind::boolean ? 5 : 2));
  return {std::string("is.") + value, sql_name(of.name) + " IS " + sql};
}

char other_case(char letter) {
  if (letter >= 'a' && letter <= 'z') return static_cast<char>(letter - 'a' + 'A');
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

// A piece of a value that begins and ends between characters.
std::string piece_of(random_source& random, const std::string& value) {
  const auto is_start = [&](std::size_t at) {
    return at == value.size() || begins_character(value[at]);
  };
  std::size_t begin = random.below(value.size() + 1);
  std::size_t end = begin + random.below(value.size() + 1 - begin);
  while (!is_start(begin)) --begin;
  while (!is_start(end)) ++end;
  return value.substr(begin, end - begin);
}

// One character of a pattern that a value like it may have there: itself, of the other case, or _.
std::string pattern_of(random_source& random, std::string_view character) {
  const char first = character.front();
  if (first == '*' || random.chance(character.size() > 1 ? 50 : 8)) return "_";
  if (first == '%' || first == '_' || first == '\\') return std::string("\\") + first;
  return random.chance(10) ? std::string(1, other_case(first)).append(character.substr(1))
                           : std::string(character);
}

// The pattern, with % for any text; a star would mean the same to the server and nothing to SQL.
std::string pattern(random_source& random, const sample_column& of) {
  std::string made = random.chance(60) ? "%" : "";
  const std::string value = some_value(random, of);
  const std::string piece = random.chance(45) ? value : piece_of(random, value);
  for (std::size_t at = 0; at < piece.size();) {
    std::size_t end = at + 1;
    while (end < piece.size() && !begins_character(piece[end])) ++end;
    made += pattern_of(random, std::string_view(piece).substr(at, end - at));
    at = end;
  }
  return random.chance(60) ? made + '%' : made;
}

comparison compare_like(random_source& random, const sample_column& of, place where) {
  const std::string like = pattern(random, of);
  std::string starred = like;
  const std::size_t star = starred.find('%');
  // A percent sign that a backslash stands before is meant as one.
  if (star != std::string::npos && (star == 0 || starred[star - 1] != '\\') && random.chance(70))
    starred[star] = '*';
  const std::string value = where == place::list ? listed_value(random, starred) : starred;
  const std::string column = sql_name(of.name);
  if (random.chance(50))
    return {"like." + value, column + " LIKE " + sql_text(like) + " ESCAPE '\\'"};
  return {"ilike." + value, "lower(" + column + ") LIKE lower(" + sql_text(like) + ") ESCAPE '\\'"};
}

comparison any_comparison(random_source& random, const sample_column& of, place where) {
  const std::size_t how = random.below(10);
  comparison made = of.holds == kind::text && random.chance(45) ? compare_like(random, of, where)
                    : how < 6                                   ? compare(random, of, where)
                    : how < 9                                   ? compare_in(random, of)
                                                                : compare_is(random, of);
  if (!random.chance(20)) return made;
  return {"not." + made.value, "NOT (" + made.sql + ')'};
}

struct list {
  std::string name;
  std::string parts;
  std::string sql;
};

// NOLINTNEXTLINE(misc-no-recursion): as deep as it is told
list any_list(random_source& random, const sample_table& table, std::size_t depth) {
  const bool is_all = random.chance(50);
  list made{is_all ? "and" : "or", "", ""};
  for (std::size_t left = 1 + random.below(3); left > 0; --left) {
    made.parts += made.parts.empty() ? "" : random.chance(80) ? "," : ", ";
    made.sql += made.sql.empty() ? "" : is_all ? " AND " : " OR ";
    if (depth > 1 && random.chance(40)) {
      const list inner = any_list(random, table, depth - 1);
      made.parts += inner.name + inner.parts;
      made.sql += inner.sql;
    } else {
      const sample_column& of = random.one_of(table.columns);
      const comparison part = any_comparison(random, of, place::list);
      made.parts += query_name(random, of.name) + '.' + part.value;
      made.sql += '(' + part.sql + ')';
    }
  }
  made.parts = '(' + made.parts + ')';
  made.sql = '(' + made.sql + ')';
  if (!random.chance(25)) return made;
  return {"not." + made.name, made.parts, "(NOT " + made.sql + ')'};
}

}  // namespace

std::string query_name(random_source& random, const std::string& name) {
  const bool is_plain = name.find_first_of(".,:()\" ") == std::string::npos;
  return is_plain && random.chance(90) ? name : in_quotes(name);
}

generated_condition generate_condition(random_source& random, const sample_table& table,
                                       std::size_t depth) {
  if (depth > 0) {
    const list made = any_list(random, table, depth);
    return {made.name, made.parts, made.sql};
  }
  const sample_column& of = random.one_of(table.columns);
  const comparison made = any_comparison(random, of, place::parameter);
  return {query_name(random, of.name), made.value, '(' + made.sql + ')'};
}
