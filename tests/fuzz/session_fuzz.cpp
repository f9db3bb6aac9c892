// Fuzz target: the input is the life of a connection (see tests/support/scripted/program.hpp), from
// its bytes through session, parser and router to the handlers. What the client reads must be
// responses and nothing else, in order, one a request; it may not depend on how the bytes were cut;
// and nothing may be left of the session but what its pool keeps.
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scripted/program.hpp"
#include "tests/support/scripted/responses.hpp"
#include "tests/support/scripted/violation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using scripted::content;
using scripted::expect;
using scripted::violation;

// How often `word`, in small letters, stands in the text, in any case.
std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  const auto is_same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  };
  for (auto at = text.begin();; ++at, ++count) {
    at = std::search(at, text.end(), word.begin(), word.end(), is_same);
    if (at == text.end()) return count;
  }
}

std::vector<content> contents_of(const std::vector<scripted::handled_request>& handled) {
  std::vector<content> expected;
  for (const auto& each : handled)
    expected.push_back(each.method == server::http::verb::head ? content::omitted : content::sent);
  return expected;
}

// In order, none left out, none twice. An error that found no memory for the field has none.
void check_numbers(const std::vector<scripted::response>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view number = all[i].field("X-Number");
    if (!number.empty() && number != std::to_string(i + 1))
      violation("response " + std::to_string(i + 1) + " is that of request " + std::string(number));
  }
}

scripted::reading check(const scripted::connection_program& program,
                        const scripted::outcome& result) {
  const scripted::reading read =
      scripted::read_responses(result.written, contents_of(result.handled));
  if (!read.fault.empty()) violation(read.fault + "\n" + result.written);
  const auto& all = read.responses;
  expect(all.size() <= result.handled.size() + 1, "more responses than requests");
  expect(read.continues <= count_of(program.sent, "100-continue"), "a 100 that nobody expects");
  check_numbers(all);
  if (result.may_be_cut) return read;
  // An interim response that the stream does not take whole ends the connection.
  expect(!read.is_cut || count_of(program.sent, "100-continue") > 0, "a response is cut");
  expect(read.is_cut || all.size() >= result.handled.size(), "a request is not answered");
  expect(!result.was_shut_down || result.was_drained || (!all.empty() && all.back().closes()),
         "the server closes and does not say so");
  return read;
}

// Whether only the status of a response can be the same: it tells of the server itself, or which of
// the mistakes in a request was seen first.
bool is_volatile(const scripted::outcome& result, std::size_t number) {
  if (number >= result.handled.size()) return true;
  const std::string& path = result.handled[number].path;
  return path == "/stats" || path == "/metrics";
}

void check_invariance(const scripted::connection_program& program, const scripted::outcome& result,
                      const scripted::reading& read) {
  const scripted::connection_program other = program.in_one_piece();
  const scripted::outcome whole = run(other);
  const scripted::reading expected = check(other, whole);
  if (read.responses.size() != expected.responses.size())
    violation("pieces make another number of responses:\n" + result.written + "\nnot:\n" +
              whole.written);
  for (std::size_t i = 0; i < read.responses.size(); ++i) {
    const auto& one = read.responses[i];
    const auto& wanted = expected.responses[i];
    if (is_volatile(whole, i) ? one.status != wanted.status : one != wanted)
      violation("pieces make another response:\n" + result.written + "\nnot:\n" + whole.written);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const scripted::connection_program program(std::span(data, size));
  const scripted::outcome result = run(program);
  const scripted::reading read = check(program, result);
  // A client that waits for 100 Continue is answered by what has come of its body.
  if (program.is_plain() && count_of(program.sent, "100-continue") == 0)
    check_invariance(program, result, read);
  return 0;
}
