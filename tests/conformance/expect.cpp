// Expect: 100 once, when the client waits for it and its body is wanted.
#include <string>
#include <string_view>
#include <utility>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

constexpr const char* section = "RFC 9110 10.1.1";

// The header of a POST to /echo with a body that waits, and the body once it is invited.
http_case invited(std::string name, std::string_view fields, std::string body) {
  return {.name = std::move(name),
          .section = section,
          .sent = echo(fields, ""),
          .answers = {{.status = 100}},
          .sent_next = std::move(body),
          .answers_next = {{.status = 200, .body = "[1]"}}};
}

// A body that came whole with the header: in one piece there is nobody to invite.
http_case uninvited(std::string name, std::string sent) {
  http_case given = echoed(std::move(name), section, std::move(sent));
  given.continues = interim::may_come_when_cut;
  return given;
}

std::string waiting(std::string_view line) {
  return std::string(line) +
         " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
}

}  // namespace

cases expect_cases() {
  const std::string expects = "Expect: 100-continue\r\n";
  return {
      invited("ABodyThatWaitsIsInvited", expects + "Content-Length: 3", "[1]"),
      invited("AChunkedBodyThatWaitsIsInvited", expects + "Transfer-Encoding: chunked",
              "3\r\n[1]\r\n0\r\n\r\n"),
      invited("TheExpectationMayBeOfAnyCase", "expect: 100-Continue\r\nContent-Length: 3", "[1]"),
      invited("TheExpectationMayComeLast", "Content-Length: 3\r\nExpect: 100-continue", "[1]"),
      uninvited("ABodyThatCameWithTheHeaderIsNotInvited",
                echo(expects + "Content-Length: 3", "[1]")),
      uninvited("AChunkedBodyThatCameWithTheHeaderIsNotInvited",
                echo(expects + "Transfer-Encoding: chunked", "3\r\n[1]\r\n0\r\n\r\n")),
      served("ARequestWithoutABodyIsNotInvited", section, with_field("Expect: 100-continue")),
      served("ABodyOfNoBytesIsNotInvited", section, with_field(expects + "Content-Length: 0")),
      closing(echoed("TheExpectationOfHttp10IsIgnored", section,
                     "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
                     "[1]")),
      refused("AnotherExpectationFails", "RFC 9110 15.5.18", 417, with_field("Expect: 200-ok")),
      refused("AnotherExpectationOfABodyFails", "RFC 9110 15.5.18", 417,
              echo("Expect: x\r\nContent-Length: 3", "[1]")),
      refused("AnExpectationWithMoreBehindItFails", "RFC 9110 15.5.18", 417,
              with_field("Expect: 100-continued")),
      refused("AnotherExpectationBesideTheKnownOneFails", "RFC 9110 15.5.18", 417,
              with_field("Expect: 100-continue, x")),
      refused("AnotherExpectationInASecondFieldFails", "RFC 9110 15.5.18", 417,
              with_field("Expect: 100-continue\r\nExpect: x")),
      refused("ABodyThatIsTooLargeIsNotInvited", "RFC 9110 15.5.14", 413,
              echo(expects + "Content-Length: 6001", "")),
      refused("ABodyOfABadLengthIsNotInvited", section, 400,
              echo(expects + "Content-Length: 3x", "")),
      refused("ABodyOfAnUnknownCodingIsNotInvited", section, 501,
              echo(expects + "Transfer-Encoding: gzip, chunked", "")),
      // It need not be refused here: 100 is allowed, but then the client sends a body for nothing.
      withholding_body(
          refused("ABodyForAnUnknownPathIsNotInvited", section, 404, waiting("POST /nope"))),
      requiring("Allow: GET, HEAD, OPTIONS",
                withholding_body(refused("ABodyForAMethodNotAllowedIsNotInvited", section, 405,
                                         waiting("POST /plaintext")))),
  };
}

}  // namespace conformance
