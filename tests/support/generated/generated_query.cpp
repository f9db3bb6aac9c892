#include "tests/support/generated/generated_query.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "tests/support/generated/generated_condition.hpp"

namespace {

using kind = sample_column::kind;

std::string quoted_by(char mark, const std::string& text) {
  std::string all(1, mark);
  for (const char byte : text) all.append(byte == mark ? 2 : 1, byte);
  return all + mark;
}

void add_to(std::string& list, const std::string& separator, const std::string& item) {
  list += (list.empty() ? "" : separator) + item;
}

// Columns of the table in random order, each at most once.
std::vector<const sample_column*> some_columns(random_source& random, const sample_table& table,
                                               std::size_t count) {
  std::vector<const sample_column*> left;
  for (const auto& each : table.columns) left.push_back(&each);
  while (left.size() > count)
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(random.below(left.size())));
  if (left.size() > 1 && random.chance(50)) std::ranges::reverse(left);
  return left;
}

// What a query is put together from.
class composer {
 public:
  composer(random_source& random, const sample_table& table) : random_(random), table_(table) {}

  generated_query compose() {
    add_conditions();
    if (random_.chance(35))
      select_groups();
    else
      select_rows();
    add_page();
    made_.parameters = std::move(conditions_);
    if (!select_.empty()) made_.parameters.emplace_back("select", select_);
    if (!order_.empty()) made_.parameters.emplace_back("order", order_);
    for (auto& each : page_) made_.parameters.push_back(std::move(each));
    return std::move(made_);
  }

 private:
  void add_conditions() {
    constexpr std::array<std::size_t, 8> depths = {0, 0, 0, 0, 1, 1, 2, 4};
    for (std::size_t left = random_.below(4); left > 0; --left) {
      auto added = generate_condition(random_, table_, random_.one_of(depths));
      conditions_.emplace_back(added.name, added.value);
      add_to(where_, " AND ", added.sql);
    }
    if (!where_.empty()) where_ = " WHERE " + where_;
  }

  void select_rows() {
    std::string members;
    if (random_.chance(25)) {
      if (random_.chance(50)) select_ = "*";
      for (const auto& each : table_.columns) add_member(each, each.name, members);
    } else {
      for (const auto* each : some_columns(random_, table_, 1 + random_.below(4))) {
        const std::string name = query_name(random_, each->name);
        const bool has_alias = random_.chance(20);
        add_to(select_, ",",
               has_alias ? "the_" + std::to_string(members.size()) + ":" + name : name);
        add_member(*each, has_alias ? "the_" + std::to_string(members.size()) : each->name,
                   members);
      }
    }
    std::string order;
    for (const auto* each : some_columns(random_, table_, random_.below(4)))
      add_order(query_name(random_, each->name), sql_name(each->name), order);
    add_to(order, ",", "rowid");
    made_.sql = "SELECT " + members + " FROM t" + where_ + " ORDER BY " + order;
    made_.total_sql = "SELECT count(*) FROM t" + where_;
  }

  void add_member(const sample_column& of, const std::string& name, std::string& members) {
    add_to(members, ",", sql_name(of.name) + sql_alias());
    made_.members.push_back({name, of.holds == kind::boolean, false});
  }

  // In SQLite's answers each member has a name of its own.
  std::string sql_alias() const { return " AS c" + std::to_string(made_.members.size()); }

  // order=... in both languages; where nulls go is always said in SQL.
  void add_order(const std::string& name, const std::string& sql, std::string& to) {
    const bool is_descending = random_.chance(50);
    bool nulls_first = is_descending;
    std::string term = name + (is_descending ? ".desc" : random_.chance(50) ? ".asc" : "");
    if (random_.chance(40)) {
      nulls_first = random_.chance(50);
      term += nulls_first ? ".nullsfirst" : ".nullslast";
    }
    add_to(order_, ",", term);
    add_to(
        to, ",",
        sql + (is_descending ? " DESC" : " ASC") + (nulls_first ? " NULLS FIRST" : " NULLS LAST"));
  }

  void select_groups() {
    std::string members;
    std::string keys;
    std::string order;
    const std::size_t key_count = random_.below(3);
    for (const auto* each : some_columns(random_, table_, key_count)) {
      const std::string alias = random_.chance(20) ? "k" + std::to_string(members.size()) : "";
      const std::string name = query_name(random_, each->name);
      add_to(select_, ",", alias.empty() ? name : alias + ':' + name);
      add_member(*each, alias.empty() ? each->name : alias, members);
      add_to(keys, ",", sql_name(each->name));
    }
    add_aggregates(members, order);
    for (std::size_t i = 0; i < key_count; ++i)
      add_order(query_name(random_, made_.members[i].name), std::to_string(i + 1), order);
    made_.sql = "SELECT " + members + " FROM t" + where_;
    if (!keys.empty()) made_.sql += " GROUP BY " + keys;
    made_.total_sql = "SELECT count(*) FROM (" + made_.sql + ")";
    if (!order.empty()) made_.sql += " ORDER BY " + order;
  }

  void add_aggregates(std::string& members, std::string& order) {
    if (random_.chance(70)) {
      add_to(select_, ",", "count()");
      add_to(members, ",", "count(*)" + sql_alias());
      made_.members.push_back({"count"});
      if (random_.chance(40)) add_order("count", "count(*)", order);
    }
    for (std::size_t left = 1 + random_.below(3); left > 0; --left) add_aggregate(members);
  }

  void add_aggregate(std::string& members) {
    const sample_column& of = random_.one_of(table_.columns);
    std::string how = "count";
    const bool is_number = of.holds == kind::whole || of.holds == kind::real;
    if (is_number && of.sums && random_.chance(60))
      how = random_.chance(50) ? "sum" : "avg";
    else if (of.holds != kind::boolean && random_.chance(70))
      how = random_.chance(50) ? "min" : "max";
    const std::string alias = "a" + std::to_string(made_.members.size());
    add_to(select_, ",", alias + ':' + query_name(random_, of.name) + '.' + how + "()");
    add_to(members, ",", how + '(' + sql_name(of.name) + ')' + sql_alias());
    const bool is_rounded = how == "avg" || (how == "sum" && of.holds == kind::real);
    made_.members.push_back({alias, false, is_rounded});
  }

  void add_page() {
    constexpr std::array<std::size_t, 7> limits = {0, 1, 2, 7, 50, 333, 1000};
    std::size_t limit = 100;  // what the server takes if nothing is said
    if (random_.chance(60)) {
      limit = random_.one_of(limits);
      page_.emplace_back("limit", std::to_string(limit));
    }
    if (random_.chance(35)) {
      made_.offset = random_.below(random_.chance(80) ? 30 : 2 * table_.rows);
      page_.emplace_back("offset", std::to_string(made_.offset));
    }
    made_.sql += " LIMIT " + std::to_string(limit) + " OFFSET " + std::to_string(made_.offset);
  }

  random_source& random_;
  const sample_table& table_;
  generated_query made_;
  std::vector<std::pair<std::string, std::string>> conditions_;
  std::vector<std::pair<std::string, std::string>> page_;
  std::string select_;
  std::string order_;
  std::string where_;
};

}  // namespace

generated_query generate_query(random_source& random, const sample_table& table) {
  return composer(random, table).compose();
}

std::string sql_name(const std::string& name) {
  return quoted_by('"', name);
}

std::string sql_text(const std::string& text) {
  return quoted_by('\'', text);
}
