// A table for comparisons with SQLite: a column of every kind, with nulls, and texts that CSV, SQL,
// URLs and patterns each find hard. The same for the same seed. Knows neither server nor SQLite.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/generated/random_source.hpp"

struct sample_column {
  enum class kind { whole, real, text, boolean };

  std::string name;
  kind holds;
  bool sums;                       ///< whether the sum of its values is within 64 bits
  std::vector<std::string> cells;  ///< as text; empty: null
};

struct sample_table {
  std::vector<sample_column> columns;  ///< the first is `id`, whose values are unique
  std::size_t rows;

  /// Header row included.
  std::string csv() const;
};

sample_table make_sample_table(random_source& random, std::size_t rows);
