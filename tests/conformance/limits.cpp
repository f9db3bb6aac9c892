// The bounds of a request: met exactly, and exceeded by one.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "tests/conformance/cases.hpp"

namespace conformance {

namespace {

// A GET whose header has so many bytes, most of them in one field.
std::string header_of(std::size_t bytes) {
  const std::size_t rest = with_field("X-A: ").size();
  return with_field("X-A: " + std::string(bytes - rest, 'a'));
}

// The same, in fields of a hundred bytes, end of line included; the last one is longer.
std::string fields_of(std::size_t bytes) {
  std::string lines;
  while (with_field(lines).size() + 200 < bytes) lines += "X-A: " + std::string(93, 'a') + "\r\n";
  const std::size_t rest = with_field(lines + "X-B: ").size();
  return with_field(lines + "X-B: " + std::string(bytes - rest, 'b'));
}

// A GET whose header has so many fields, Host included.
std::string header_of_fields(std::size_t count) {
  std::string lines;
  for (std::size_t i = 2; i < count; ++i) lines += "X-A: a\r\n";
  return with_field(lines + "X-B: b");
}

// A target of so many bytes.
std::string target_of(std::size_t bytes) {
  const std::string_view path = "/plaintext?";
  return with_target(std::string(path) + std::string(bytes - path.size(), 'a'));
}

// A JSON string of so many bytes, quotes included.
std::string json_of(std::size_t bytes) {
  return '"' + std::string(bytes - 2, 'a') + '"';
}

std::string sized(std::string_view body) {
  return echo("Content-Length: " + std::to_string(body.size()), body);
}

http_case taken(std::string name, std::string sent) {
  http_case given = answered(std::move(name), "RFC 9110 15.5.14", 200, std::move(sent));
  given.answers.back().body = json_of(bounds::body_bytes_max);
  return given;
}

http_case too_large(std::string name, std::string sent) {
  return refused(std::move(name), "RFC 9110 15.5.14", 413, std::move(sent));
}

http_case fields_too_large(std::string name, std::string sent) {
  return refused(std::move(name), "RFC 6585 5", 431, std::move(sent));
}

cases header_limits() {
  const std::size_t most = bounds::header_bytes_max;
  return {
      served("AHeaderOfTheLimitIsServed", "RFC 6585 5", header_of(most)),
      served("AHeaderOfTheLimitInManyFieldsIsServed", "RFC 6585 5",
             fields_of(bounds::header_fields_max * 100)),
      fields_too_large("AHeaderOfAByteMoreIsTooLarge", header_of(most + 1)),
      fields_too_large("AHeaderOfTwiceTheLimitIsTooLarge", header_of(2 * most)),
      fields_too_large("AHeaderWithoutAnEndIsTooLarge",
                       with_field("X-A: " + std::string(most, 'a')).substr(0, most + 1)),
      fields_too_large("ANameWithoutAnEndIsTooLarge",
                       "GET /plaintext HTTP/1.1\r\nHost: h\r\n" + std::string(most, 'a')),
      served("AsManyFieldsAsTheLimitAreServed", "RFC 6585 5",
             header_of_fields(bounds::header_fields_max)),
      fields_too_large("AFieldMoreIsTooMany", header_of_fields(bounds::header_fields_max + 1)),
      served("ATargetOfTheLimitIsServed", "RFC 9112 3", target_of(bounds::target_bytes_max)),
      refused("ATargetOfAByteMoreIsTooLong", "RFC 9110 15.5.15", 414,
              target_of(bounds::target_bytes_max + 1)),
      refused("ATargetBeyondTheHeadersLimitIsTooLong", "RFC 9110 15.5.15", 414,
              target_of(most + 1000)),
      refused("ATargetWithoutAnEndIsTooLong", "RFC 9110 15.5.15", 414,
              "GET /" + std::string(bounds::target_bytes_max, 'a')),
      refused("AnAbsoluteFormBeyondTheLimitIsTooLong", "RFC 9110 15.5.15", 414,
              with_target("http://h/plaintext?" + std::string(bounds::target_bytes_max, 'a'))),
  };
}

cases body_limits() {
  const std::string most = json_of(bounds::body_bytes_max);
  const std::string more = most + " ";
  return {
      taken("ABodyOfTheLimitIsTaken", sized(most)),
      too_large("ABodyOfAByteMoreIsTooLarge", sized(more)),
      too_large("ABodyIsTooLargeBeforeItComes", echo("Content-Length: 6001", "")),
      taken("AChunkOfTheLimitIsTaken", chunked("1770\r\n" + most + "\r\n0\r\n\r\n")),
      too_large("AChunkOfAByteMoreIsTooLarge", chunked("1771\r\n" + more + "\r\n0\r\n\r\n")),
      taken("ChunksOfTheLimitAreTaken", chunked("bb8\r\n" + most.substr(0, 3000) + "\r\nbb8\r\n" +
                                                most.substr(3000) + "\r\n0\r\n\r\n")),
      too_large("ChunksOfAByteMoreAreTooLarge",
                chunked("bb8\r\n" + more.substr(0, 3000) + "\r\nbb8\r\n" + more.substr(3000, 3000) +
                        "\r\n1\r\n \r\n0\r\n\r\n")),
      fields_too_large("AChunkExtensionBeyondTheLimitIsTooLarge",
                       chunked("3;a=" + std::string(6000, 'b') + "\r\n[1]\r\n0\r\n\r\n")),
      fields_too_large("AChunkSizeOfZerosBeyondTheLimitIsTooLarge",
                       chunked(std::string(6000, '0') + "3\r\n[1]\r\n0\r\n\r\n")),
      fields_too_large("ATrailerBeyondTheLimitIsTooLarge",
                       chunked("3\r\n[1]\r\n0\r\nX-A: " + std::string(6000, 'a') + "\r\n\r\n")),
  };
}

// Each chunk or trailer is small, all of them are not.
cases sums_over_limits() {
  std::string extensions;
  for (int i = 0; i < 60; ++i) extensions += "1;a=" + std::string(100, 'b') + "\r\n \r\n";
  std::string trailers = "3\r\n[1]\r\n0\r\n";
  for (int i = 0; i < 60; ++i) trailers += "X-A: " + std::string(100, 'a') + "\r\n";
  return {
      fields_too_large("ManyChunkExtensionsBeyondTheLimitAreTooLarge",
                       chunked(extensions + "3\r\n[1]\r\n0\r\n\r\n")),
      fields_too_large("ManyTrailersBeyondTheLimitAreTooLarge", chunked(trailers + "\r\n")),
  };
}

}  // namespace

cases limit_cases() {
  cases all = header_limits();
  for (const cases& more : {body_limits(), sums_over_limits()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace conformance
