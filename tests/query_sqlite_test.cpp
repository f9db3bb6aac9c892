// The real server against SQLite: random queries over one CSV file, by GET and by POST, answered as
// JSON and as CSV, give the rows that SQLite gives for the same questions in SQL.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/support/child_process.hpp"
#include "tests/support/generated/csv_rows.hpp"
#include "tests/support/generated/generated_query.hpp"
#include "tests/support/generated/random_source.hpp"
#include "tests/support/generated/sample_table.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

namespace json = boost::json;

constexpr std::size_t query_count = 600;
constexpr std::size_t table_rows = 1500;

// What SQLite says to a query: its rows, each an array, and how many there are without a page.
struct expected_answer {
  json::array rows;
  std::size_t total = 0;
};

std::string setup_sql(const sample_table& table, const std::string& csv) {
  std::string sql = ".bail on\nPRAGMA case_sensitive_like = ON;\nCREATE TABLE t(";
  std::string nulls;
  for (const auto& each : table.columns) {
    const bool is_whole = each.holds == sample_column::kind::whole;
    const std::string name = sql_name(each.name);
    if (&each != &table.columns.front()) sql += ", ";
    sql += name + (is_whole                                  ? " INTEGER"
                   : each.holds == sample_column::kind::real ? " REAL"
                   : each.holds == sample_column::kind::text ? " TEXT"
                                                             : "");
    nulls += "UPDATE t SET " + name + " = NULL WHERE " + name + " = '';\n";
    if (each.holds == sample_column::kind::boolean)
      nulls += "UPDATE t SET " + name + " = " + name + " = 'true';\n";
  }
  return sql + ");\n.import --csv --skip 1 " + csv + " t\n" + nulls + ".mode json\n";
}

// All in one process. A line that begins with # stands before each answer, empty ones included.
std::vector<expected_answer> ask_sqlite(const sample_table& table,
                                        const std::vector<generated_query>& queries,
                                        const temporary_folder& folder) {
  std::string sql = setup_sql(table, folder.path("sample.csv"));
  for (const auto& each : queries)
    sql += ".print #\n" + each.sql + ";\n.print #\n" + each.total_sql + ";\n";
  const std::string script = folder.write("script.sql", sql);
  const auto run = run_program({"sqlite3", "-batch", ":memory:", ".read " + script});
  EXPECT_EQ(run.status, 0) << run.errors;
  std::vector<json::array> answers;
  std::istringstream lines(run.output);
  std::string text;
  const auto add = [&] {
    if (!text.empty()) answers.back() = json::parse(text).as_array();
    text.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    if (line != "#") {
      text += line;
      continue;
    }
    add();
    answers.emplace_back();
  }
  add();
  std::vector<expected_answer> all;
  for (std::size_t i = 0; i + 1 < answers.size(); i += 2) {
    auto& added = all.emplace_back();
    for (const auto& row : answers[i]) {
      json::array values;
      for (const auto& member : row.as_object()) values.push_back(member.value());
      added.rows.emplace_back(std::move(values));
    }
    added.total = answers[i + 1].at(0).as_object().begin()->value().to_number<std::size_t>();
  }
  return all;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string all;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (std::isalnum(code) != 0)
      all += byte;
    else
      all.append({'%', hex[code >> 4], hex[code & 0xf]});
  }
  return all;
}

enum class way { json, csv, post };

std::string request_text(const generated_query& asked, way how) {
  const std::string accept = std::string("Host: test\r\nPrefer: count=exact\r\nAccept: ") +
                             (how == way::csv ? "text/csv" : "application/json") + "\r\n";
  if (how == way::post) {
    json::object members;
    for (const auto& [name, value] : asked.parameters) members[name] = value;
    const std::string body = json::serialize(members);
    return "POST /collections/sample/query HTTP/1.1\r\n" + accept +
           "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  std::string target = "/collections/sample";
  char separator = '?';
  for (const auto& [name, value] : asked.parameters) {
    target += separator + encoded(name) + '=' + encoded(value);
    separator = '&';
  }
  return "GET " + target + " HTTP/1.1\r\n" + accept + "\r\n";
}

// By POST only where no parameter comes twice.
way way_for(const generated_query& asked, std::size_t number) {
  const way how = number % 3 == 0 ? way::json : number % 3 == 1 ? way::csv : way::post;
  if (how != way::post) return how;
  for (const auto& one : asked.parameters) {
    for (const auto& other : asked.parameters) {
      if (&one != &other && one.first == other.first) return way::json;
    }
  }
  return how;
}

// The answer's rows as arrays, and its members' names. Of a CSV all values are texts.
struct answered {
  std::vector<std::string> names;
  json::array rows;
};

answered read_answer(const raw_response& response, way how) {
  answered all;
  if (how == way::csv) {
    auto rows = csv_rows(response.body);
    if (rows.empty()) return all;
    all.names = rows.front();
    for (std::size_t i = 1; i < rows.size(); ++i)
      all.rows.emplace_back(json::array(rows[i].begin(), rows[i].end()));
    return all;
  }
  const json::value parsed = json::parse(response.body);
  for (const auto& row : parsed.as_array()) {
    json::array values;
    all.names.clear();
    for (const auto& member : row.as_object()) {
      all.names.emplace_back(member.key());
      values.push_back(member.value());
    }
    all.rows.emplace_back(std::move(values));
  }
  return all;
}

double number_of(const json::value& value) {
  return value.is_string() ? std::stod(std::string(value.get_string())) : value.to_number<double>();
}

// Sums and averages of doubles: within a billionth, since SQLite adds them in another order.
// Everything else: exactly, whole numbers and texts by their digits and bytes.
bool is_same(const json::value& got, const json::value& wanted,
             const generated_query::member& member) {
  const bool is_csv = got.is_string() && !wanted.is_string();
  if (wanted.is_null()) return is_csv ? got.get_string().empty() : got.is_null();
  if (wanted.is_string()) return got == wanted;
  if (member.is_boolean) {
    const bool truth = wanted.to_number<int>() != 0;
    return is_csv ? got.get_string() == (truth ? "true" : "false") : got == json::value(truth);
  }
  if (!got.is_number() && !is_csv) return false;
  if (is_csv && got.get_string().empty()) return false;
  if (wanted.is_int64())
    return is_csv ? got.get_string() == std::to_string(wanted.get_int64()) : got == wanted;
  const double a = number_of(got);
  const double b = number_of(wanted);
  const double allowed = member.is_rounded ? 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}) : 0;
  return std::abs(a - b) <= allowed;
}

// Empty if it is what SQLite says.
std::string difference(const answered& got, const expected_answer& wanted,
                       const generated_query& asked) {
  if (!got.rows.empty() || !got.names.empty()) {
    for (std::size_t i = 0; i < asked.members.size(); ++i) {
      if (i >= got.names.size() || got.names[i] != asked.members[i].name)
        return "member " + asked.members[i].name + " is not at its place";
    }
  }
  if (got.rows.size() != wanted.rows.size())
    return std::to_string(got.rows.size()) + " rows, not " + std::to_string(wanted.rows.size());
  for (std::size_t row = 0; row < wanted.rows.size(); ++row) {
    const auto& values = got.rows[row].get_array();
    const auto& expected = wanted.rows[row].get_array();
    bool is_equal = values.size() == expected.size();
    for (std::size_t i = 0; is_equal && i < expected.size(); ++i)
      is_equal = is_same(values[i], expected[i], asked.members[i]);
    if (!is_equal)
      return "row " + std::to_string(row) + " is " + json::serialize(values) + ", not " +
             json::serialize(expected);
  }
  return {};
}

std::string content_range(const generated_query& asked, const expected_answer& wanted) {
  const std::string total = "/" + std::to_string(wanted.total);
  if (wanted.rows.empty()) return "*" + total;
  return std::to_string(asked.offset) + '-' +
         std::to_string(asked.offset + wanted.rows.size() - 1) + total;
}

int status_for(const generated_query& asked, const expected_answer& wanted) {
  if (asked.offset > wanted.total) return 416;
  return wanted.rows.size() < wanted.total ? 206 : 200;
}

TEST(QuerySqlite, AnswersRandomQueriesAsSqliteDoes) {
  random_source random(20261123);
  const sample_table table = make_sample_table(random, table_rows);
  const temporary_folder folder;
  const std::string csv = folder.write("sample.csv", table.csv());
  std::vector<generated_query> queries;
  while (queries.size() < query_count) queries.push_back(generate_query(random, table));
  const auto wanted = ask_sqlite(table, queries, folder);
  ASSERT_EQ(wanted.size(), queries.size());
  std::size_t with_rows = 0;
  served_process server({"--data", csv});
  raw_client client(server.port());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const way how = way_for(queries[i], i);
    const std::string asked = request_text(queries[i], how);
    const auto response = client.exchange(asked);
    const int status = status_for(queries[i], wanted[i]);
    EXPECT_EQ(response.status, status) << asked << response.body << queries[i].sql;
    EXPECT_EQ(response.field("Content-Range"), content_range(queries[i], wanted[i])) << asked;
    if (response.status != status || status == 416) continue;
    EXPECT_EQ(difference(read_answer(response, how), wanted[i], queries[i]), "") << asked << '\n'
                                                                                 << queries[i].sql;
    if (!wanted[i].rows.empty()) ++with_rows;
  }
  // Most find something, or there would be little to compare.
  EXPECT_GT(with_rows, query_count / 2);
}

}  // namespace
