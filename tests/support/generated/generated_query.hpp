// Random questions to a sample table, each in two languages: as parameters of a query, and in SQL.
// The same for the same random source. Knows neither server nor SQLite.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/generated/random_source.hpp"
#include "tests/support/generated/sample_table.hpp"

struct generated_query {
  struct member {
    std::string name;
    bool is_boolean = false;
    bool is_rounded =
        false;  ///< a sum or average of doubles, whose last digits depend on the order
  };

  std::vector<std::pair<std::string, std::string>> parameters;  ///< nothing encoded
  std::string sql;        ///< the rows, all members in their order
  std::string total_sql;  ///< how many rows there are without limit and offset
  std::size_t offset = 0;
  std::vector<member> members;
};

/// The table is called t in SQL, and rows without an order are in that of the file.
generated_query generate_query(random_source& random, const sample_table& table);

/// A name or text as SQL has it.
std::string sql_name(const std::string& name);
std::string sql_text(const std::string& text);
