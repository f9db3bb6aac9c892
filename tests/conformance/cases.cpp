#include "tests/conformance/cases.hpp"

#include <utility>

namespace conformance {

http_case served(std::string name, std::string section, std::string sent) {
  return {std::move(name),
          std::move(section),
          std::move(sent),
          {{.status = 200, .body = std::string(hello)}}};
}

http_case echoed(std::string name, std::string section, std::string sent) {
  return {std::move(name), std::move(section), std::move(sent), {{.status = 200, .body = "[1]"}}};
}

http_case answered(std::string name, std::string section, int status, std::string sent) {
  return {std::move(name), std::move(section), std::move(sent), {{.status = status}}};
}

http_case refused(std::string name, std::string section, int status, std::string sent) {
  return closing(answered(std::move(name), std::move(section), status, std::move(sent)));
}

http_case closing(http_case given) {
  given.connection = after::closes;
  return given;
}

http_case withholding_body(http_case given) {
  given.withholds_body = true;
  return given;
}

http_case requiring(std::string field, http_case given) {
  given.answers.back().fields.push_back(std::move(field));
  return given;
}

std::string with_line(std::string_view line) {
  return std::string(line) + "\r\nHost: h\r\n\r\n";
}

std::string with_target(std::string_view target) {
  return with_line("GET " + std::string(target) + " HTTP/1.1");
}

std::string with_field(std::string_view field) {
  return "GET /plaintext HTTP/1.1\r\nHost: h\r\n" + std::string(field) + "\r\n\r\n";
}

std::string with_host(std::string_view value) {
  return "GET /plaintext HTTP/1.1\r\nHost: " + std::string(value) + "\r\n\r\n";
}

std::string echo(std::string_view field, std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: h\r\n" + std::string(field) + "\r\n\r\n" + std::string(body);
}

std::string chunked(std::string_view body) {
  return echo("Transfer-Encoding: chunked", body);
}

}  // namespace conformance
