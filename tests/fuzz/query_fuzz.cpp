// Fuzz target: queries. The input is what stands behind the question mark of a target, nothing
// encoded, or, if it begins with a brace, the document of a POST. What is taken must be taken again
// when it is printed, and print the same; what is refused must have an error that can be shown.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>

#include "arena/testing/checking_resource.hpp"
#include "server/collections/query_parser.hpp"
#include "tests/support/query_text.hpp"

namespace {

using server::collections::query_parser;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "query_fuzz: %s\n", what);
  std::abort();
}

void check_error(std::string_view error) {
  expect(error.find(": expected ") != std::string_view::npos, "an error that expects nothing");
  expect(error.size() < 400, "an error that is too long");
  expect(std::ranges::all_of(error, [](char byte) { return byte >= 0x20 && byte < 0x7f; }),
         "an error that cannot be shown");
}

bool take(query_parser& parser, const query_parameters& parameters) {
  return std::ranges::all_of(parameters, [&parser](const auto& parameter) {
    return parser.take(parameter.first, parameter.second);
  });
}

void check_again(const query_parameters& printed) {
  arena::testing::checking_resource memory;
  query_parser parser(&memory);
  expect(take(parser, printed), "what was printed is not taken");
  expect(parameters_of(parser.parsed()) == printed, "what was printed means something else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arena::testing::checking_resource memory;
  query_parser parser(&memory);
  const query_parameters parameters = split_parameters(text);
  boost::json::value document;
  bool is_taken = false;
  if (text.starts_with('{')) {
    boost::json::error_code failure;
    document = boost::json::parse(text, failure);
    if (failure) return 0;
    is_taken = parser.take_document(document);
  } else {
    is_taken = take(parser, parameters);
  }
  is_taken ? check_again(parameters_of(parser.parsed())) : check_error(parser.error());
  return 0;
}
