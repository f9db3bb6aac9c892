// What the query parser makes of a text, as a text: for tables of examples.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "arena/testing/checking_resource.hpp"
#include "server/collections/query_parser.hpp"
#include "tests/support/no_default_resource.hpp"
#include "tests/support/query_text.hpp"

// What the parser makes of the parameters: the query in one text, or its error.
inline std::string reading_of(const query_parameters& parameters) {
  arena::testing::checking_resource memory;
  const no_default_resource nowhere_else;
  server::collections::query_parser parser(&memory);
  for (const auto& [name, value] : parameters) {
    if (!parser.take(name, value)) return std::string(parser.error());
  }
  return joined(parameters_of(parser.parsed()));
}

inline std::string reading_of(std::string_view text) {
  return reading_of(split_parameters(text));
}

inline std::string reading_of_document(std::string_view text) {
  const boost::json::value document = boost::json::parse(text);
  arena::testing::checking_resource memory;
  const no_default_resource nowhere_else;
  server::collections::query_parser parser(&memory);
  if (!parser.take_document(document)) return std::string(parser.error());
  return joined(parameters_of(parser.parsed()));
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  while (times-- > 0) all += text;
  return all;
}

struct query_example {
  std::string_view given;
  std::string_view read;
};

template <std::size_t Count>
void check_readings(const query_example (&examples)[Count]) {
  for (const auto& [given, read] : examples) {
    EXPECT_EQ(reading_of(given), read) << given;
    // What was taken is taken again, and means the same.
    if (read.find(": expected ") == std::string_view::npos) {
      EXPECT_EQ(reading_of(read), read);
    }
  }
}
