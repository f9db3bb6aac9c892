// Random conditions on a sample table, as a query's parameter and in SQL.
#pragma once

#include <string>

#include "tests/support/generated/random_source.hpp"
#include "tests/support/generated/sample_table.hpp"

struct generated_condition {
  std::string name;   ///< of the parameter
  std::string value;  ///< of the parameter
  std::string sql;
};

/// A comparison, or a list of some, nested at most `depth` deep.
generated_condition generate_condition(random_source& random, const sample_table& table,
                                       std::size_t depth);

/// As the grammar has it: in quotes where it must be, and now and then where it need not.
std::string query_name(random_source& random, const std::string& name);
