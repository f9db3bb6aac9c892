// Two small collections, and what they answer to a query, from its text to the answer's. For tests.
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "server/collections/answer.hpp"
#include "server/collections/collection.hpp"

inline constexpr server::collections::query_limits generous = {.rows_max = 1'000'000,
                                                               .time_max = std::chrono::minutes(1)};

struct query_result {
  std::string text;  // the rows, or what is wrong
  std::optional<std::size_t> total;
  server::collections::refusal refused = server::collections::refusal::none;
};

enum class form { json, csv };

/// `query` as in a URL, but not encoded: parameters divided by '&'.
query_result ask(
    const server::collections::collection& of, std::string_view query, form as = form::json,
    const server::collections::query_limits& limits = generous,
    server::collections::counting how = server::collections::counting::where_it_is_free);

const server::collections::collection& goods();   ///< flat, from a CSV
const server::collections::collection& people();  ///< nested, from JSON
/// 100,000 of them, by number: more work than is done before the clock is looked at.
server::collections::collection many_rows();

struct query_case {
  const char* name;
  const char* query;
  const char* expected;
};

void PrintTo(const query_case& one, std::ostream* to);
std::string name_of(const testing::TestParamInfo<query_case>& info);
