#include "tests/conformance/strict_response.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace conformance {

namespace {

using field_lines = std::vector<std::pair<std::string, std::string>>;

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_token_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(byte) != std::string_view::npos;
}

bool is_visible(char byte) {
  return byte == '\t' || (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f);
}

// `pattern` has 0 for a digit and a for a letter; else it is the text itself.
bool is_like(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char byte, char wanted) {
                      if (wanted == '0') return is_digit(byte);
                      if (wanted == 'a') return std::isalpha(static_cast<unsigned char>(byte)) != 0;
                      return byte == wanted;
                    });
}

// The field lines of a head; nullopt if a line is malformed.
std::optional<field_lines> fields_of(std::string_view head) {
  field_lines fields;
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const std::size_t colon = line.find(": ");
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 2);
    if (!std::all_of(name.begin(), name.end(), is_token_byte) ||
        !std::all_of(value.begin(), value.end(), is_visible))
      return std::nullopt;
    fields.emplace_back(name, value);
  }
  return fields;
}

std::size_t count_of(const field_lines& fields, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const auto& field) { return field.first == name; }));
}

bool has_content(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string framing_fault(const raw_response& got, const field_lines& fields) {
  const std::size_t lengths = count_of(fields, "Content-Length");
  const std::string length = got.field("Content-Length");
  if (count_of(fields, "Transfer-Encoding") > 0) return "it has Transfer-Encoding";
  if (!has_content(got.status)) return lengths > 0 ? "it has Content-Length" : "";
  if (lengths != 1 || length.empty() || !std::all_of(length.begin(), length.end(), is_digit))
    return "its Content-Length is missing, double or no number";
  if (count_of(fields, "Date") != 1 || !is_like(got.field("Date"), "aaa, 00 aaa 0000 00:00:00 GMT"))
    return "its Date is missing, double or malformed";
  return "";
}

// RFC 9112, section 9.6: who is going to close says so; who is not must not.
std::string connection_fault(const raw_response& got, after then) {
  const bool says_close = got.field("Connection") == "close";
  if (got.status >= 200 && then == after::closes && !says_close)
    return "it does not say Connection: close";
  if (then == after::stays && says_close) return "it says Connection: close";
  return "";
}

std::string content_fault(const raw_response& got, const answer& expected,
                          const field_lines& fields) {
  for (const std::string& wanted : expected.fields) {
    const std::size_t colon = wanted.find(": ");
    const std::string name = wanted.substr(0, colon);
    if (count_of(fields, name) != 1) return "not one field " + name;
    if (colon != std::string::npos && got.field(name) != wanted.substr(colon + 2))
      return "not " + wanted + ", but " + got.field(name);
  }
  if (expected.body && got.body != *expected.body) return "its body is \"" + got.body + '"';
  if (got.status >= 400 && got.field("Content-Type") != "application/problem+json")
    return "the error is no application/problem+json";
  return "";
}

}  // namespace

std::string fault_in(const raw_response& got, const answer& expected, after then) {
  if (got.status == 0) return "the connection ended before it";
  if (got.status != expected.status) return "got " + std::to_string(got.status);
  const std::string_view status_line = std::string_view(got.head).substr(0, got.head.find("\r\n"));
  if (!is_like(status_line.substr(0, 13), "HTTP/1.1 000 ") ||
      !std::all_of(status_line.begin(), status_line.end(), is_visible))
    return "its status line is malformed";
  const auto fields = fields_of(got.head);
  if (!fields) return "its field lines are malformed";
  for (const std::string& fault : {framing_fault(got, *fields), connection_fault(got, then),
                                   content_fault(got, expected, *fields)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace conformance
