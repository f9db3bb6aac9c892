// What methods mean: HEAD, OPTIONS, and those that a path does not serve; the media types of POST.
#include <string>
#include <string_view>
#include <utility>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

constexpr const char* allow_get = "Allow: GET, HEAD, OPTIONS";
constexpr const char* allow_post = "Allow: POST, OPTIONS";

// The case, of a request whose method is HEAD.
http_case headless(http_case given) {
  given.answers.back().body_of = raw_client::content::none;
  return given;
}

http_case head(std::string name, int status, std::string_view path) {
  return headless(answered(std::move(name), "RFC 9110 9.3.2", status,
                           with_line("HEAD " + std::string(path) + " HTTP/1.1")));
}

http_case not_allowed(std::string name, std::string_view line, const char* allow) {
  return requiring(allow, answered(std::move(name), "RFC 9110 15.5.6", 405,
                                   with_line(std::string(line) + " HTTP/1.1")));
}

http_case echoed_as(std::string name, std::string_view type) {
  return echoed(std::move(name), "RFC 9110 8.3",
                echo("Content-Type: " + std::string(type) + "\r\nContent-Length: 3", "[1]"));
}

http_case unsupported(std::string name, std::string_view type) {
  return answered(std::move(name), "RFC 9110 15.5.16", 415,
                  echo("Content-Type: " + std::string(type) + "\r\nContent-Length: 3", "[1]"));
}

}  // namespace

cases method_cases() {
  return {
      requiring("Content-Length: 27",
                requiring("Content-Type: application/json",
                          head("HeadHasTheFieldsOfGetAndNoBody", 200, "/json"))),
      requiring("Content-Length: 13", head("HeadTellsTheLengthOfText", 200, "/plaintext")),
      head("HeadOfAnUnknownPathHasNoBody", 404, "/nope"),
      requiring(allow_post, head("HeadOfAPathOfPostAloneHasNoBody", 405, "/echo")),
      head("HeadOfABadQueryHasNoBody", 400, "/items?count=x"),
      headless(answered("TheBodyOfAHeadIsReadAndIgnored", "RFC 9110 9.3.2", 200,
                        "HEAD /json HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")),
      headless(refused("AMalformedHeadHasNoBody", "RFC 9110 9.3.2", 400,
                       "HEAD /json HTTP/1.1\r\nHost: h\r\nX A: a\r\n\r\n")),
      headless(refused("AHeadOfABadTargetHasNoBody", "RFC 9110 9.3.2", 400,
                       with_line("HEAD * HTTP/1.1"))),
      headless(closing(answered("AHeadOfHttp10HasNoBody", "RFC 9110 9.3.2", 200,
                                "HEAD /json HTTP/1.0\r\n\r\n"))),
      answered("AnUnknownPathIsNotFound", "RFC 9110 15.5.5", 404, with_target("/nope")),
      answered("PathsAreCaseSensitive", "RFC 9110 4.2.3", 404, with_target("/PlainText")),
      answered("ASlashAtTheEndMakesAnotherPath", "RFC 3986 6.2.4", 404, with_target("/plaintext/")),
      answered("AnUnknownPathIsNotFoundWithAnyMethod", "RFC 9110 15.5.5", 404,
               with_line("DELETE /nope HTTP/1.1")),
      answered("AnUnknownPathHasNoOptions", "RFC 9110 9.3.7", 404,
               with_line("OPTIONS /nope HTTP/1.1")),
      not_allowed("PostIsNotAllowedWhereGetIs", "POST /plaintext", allow_get),
      not_allowed("PutIsNotAllowedWhereGetIs", "PUT /plaintext", allow_get),
      not_allowed("DeleteIsNotAllowedWhereGetIs", "DELETE /plaintext", allow_get),
      not_allowed("PatchIsNotAllowedWhereGetIs", "PATCH /json", allow_get),
      not_allowed("GetIsNotAllowedWherePostIs", "GET /echo", allow_post),
      requiring(allow_get,
                answered("TheBodyOfAMethodNotAllowedIsReadAndIgnored", "RFC 9110 15.5.6", 405,
                         "POST /plaintext HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")),
      requiring(allow_get, answered("OptionsOfAPathOfGetListsThem", "RFC 9110 9.3.7", 204,
                                    with_line("OPTIONS /plaintext HTTP/1.1"))),
      requiring(allow_post, answered("OptionsOfAPathOfPostListsThem", "RFC 9110 9.3.7", 204,
                                     with_line("OPTIONS /echo HTTP/1.1"))),
      requiring(allow_get,
                answered("TheBodyOfAnOptionsIsReadAndIgnored", "RFC 9110 9.3.7", 204,
                         "OPTIONS /json HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")),
      requiring(allow_get, answered("OptionsMayComeInAbsoluteForm", "RFC 9112 3.2.2", 204,
                                    with_line("OPTIONS http://h/plaintext HTTP/1.1"))),
      answered("TraceIsNotImplemented", "RFC 9110 9.3.8", 501,
               with_line("TRACE /plaintext HTTP/1.1")),
      answered("TraceOfAnUnknownPathIsNotImplemented", "RFC 9110 9.3.8", 501,
               with_line("TRACE /nope HTTP/1.1")),
      requiring("Content-Type: text/plain",
                requiring("Date", served("AGetHasDateAndContentType", "RFC 9110 6.6.1",
                                         with_target("/plaintext")))),
      requiring("Date", answered("AnErrorHasDate", "RFC 9110 6.6.1", 404, with_target("/nope"))),
  };
}

cases media_type_cases() {
  return {
      echoed("ABodyWithoutATypeIsJson", "RFC 9110 8.3", echo("Content-Length: 3", "[1]")),
      echoed_as("JsonIsTaken", "application/json"),
      echoed_as("AMediaTypeMayBeOfAnyCase", "Application/JSON"),
      echoed_as("AMediaTypeMayHaveParameters", "application/json; charset=utf-8"),
      echoed_as("AMediaTypeMayHaveParametersWithoutASpace", "application/json;charset=\"utf-8\""),
      echoed_as("ProblemDetailsAreTaken", "application/problem+json"),
      echoed_as("AnyTypeOfTheJsonSuffixIsTaken", "application/vnd.example.v1+json"),
      echoed_as("TheSuffixMayBeOfAnyCase", "application/ld+JSON; a=b"),
      unsupported("PlainTextIsNotSupported", "text/plain"),
      unsupported("PlainTextWithParametersIsNotSupported", "text/plain; charset=utf-8"),
      unsupported("AFormIsNotSupported", "application/x-www-form-urlencoded"),
      unsupported("BytesAreNotSupported", "application/octet-stream"),
      unsupported("ALongerNameIsNotSupported", "application/jsonp"),
      unsupported("JsonInAParameterAloneIsNotSupported", "text/plain; a=application/json"),
      unsupported("ASuffixInAParameterAloneIsNotSupported", "text/plain; a=b+json"),
      answered(
          "AChunkedBodyOfAnotherTypeIsNotSupported", "RFC 9110 15.5.16", 415,
          echo("Content-Type: text/plain\r\nTransfer-Encoding: chunked", "3\r\n[1]\r\n0\r\n\r\n")),
      served("TheTypeOfABodyThatNobodyReadsIsNotChecked", "RFC 9110 8.3",
             with_field("Content-Type: text/plain\r\nContent-Length: 3") + "abc"),
  };
}

}  // namespace conformance
