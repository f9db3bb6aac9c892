#include "server/header_parser.hpp"

#include <algorithm>

#include "server/authority.hpp"
#include "server/character_classes.hpp"
#include "server/request_target.hpp"

namespace server {

namespace {

constexpr std::string_view bad_line_end = "A line does not end in CRLF.";

// Twice the longest method that is registered.
constexpr std::size_t method_bytes_max = 32;

// Whether a CR stands in `text` that is not its last byte; LFs do not.
bool has_stray_cr(std::string_view text) noexcept {
  const std::size_t cr = text.find('\r');
  return cr != std::string_view::npos && cr + 1 < text.size();
}

}  // namespace

header_parser::progress header_parser::parse(std::string_view input) {
  for (;;) {
    const std::size_t line_end = input.find('\n', scanned_);  // npos is beyond any limit
    if (line_end >= limits_.header_bytes_max) return take_incomplete(input);
    if (!has_request_line_ && !take_start(input.substr(0, line_end))) return progress::failed;
    scanned_ = line_end + 1;
    if (line_end == line_begin_ || input[line_end - 1] != '\r') {
      refuse(http::status::bad_request, bad_line_end);
      return progress::failed;
    }
    const std::string_view line = input.substr(line_begin_, line_end - 1 - line_begin_);
    line_begin_ = scanned_;
    if (has_request_line_ && line.empty()) return progress::complete;
    if (!(has_request_line_ ? take_field_line(line) : take_request_line(line)))
      return progress::failed;
    has_request_line_ = true;
  }
}

// No line end within the limit, as yet or at all.
header_parser::progress header_parser::take_incomplete(std::string_view input) noexcept {
  input = input.substr(0, limits_.header_bytes_max);
  const std::size_t from = std::max(line_begin_, std::max<std::size_t>(scanned_, 1) - 1);
  scanned_ = input.size();
  if (has_request_line_ ? has_stray_cr(input.substr(from)) : !take_start(input)) {
    if (has_request_line_) refuse(http::status::bad_request, bad_line_end);
    return progress::failed;
  }
  if (input.size() < limits_.header_bytes_max) return progress::need_more;
  refuse(http::status::request_header_fields_too_large,
         "The header is larger than this server takes.");
  return progress::failed;
}

// The request line as far as it has come: method and target may be found bad before its end, so
// that what is no HTTP at all hears so at once.
bool header_parser::take_start(std::string_view input) noexcept {
  const std::string_view line = input.substr(0, input.find('\r'));
  if (!take_method(line)) return false;
  const std::size_t begin = std::min(request_.method_text_.size() + 1, line.size());
  request_.target_ = line.substr(begin, std::min(line.find(' ', begin), line.size()) - begin);
  if (request_.target_.size() > limits_.target_bytes_max)
    return refuse(http::status::uri_too_long,
                  "The request target is longer than this server takes.");
  return line.size() + 1 >= input.size() || refuse(http::status::bad_request, bad_line_end);
}

// A token and a space, as far as they have come.
bool header_parser::take_method(std::string_view line) noexcept {
  const std::string_view method =
      line.substr(0, token_class.prefix_size(line.substr(0, method_bytes_max + 1)));
  if (method.size() > method_bytes_max)
    return refuse(http::status::not_implemented, "This server does not know the method.");
  if (method.size() < line.size() && (method.empty() || line[method.size()] != ' '))
    return refuse(http::status::bad_request, "The request line is malformed.");
  request_.method_text_ = method;
  return true;
}

// method SP request-target SP HTTP-version, of which take_start() has found the first two.
bool header_parser::take_request_line(std::string_view line) noexcept {
  const std::size_t target_end = request_.method_text_.size() + 1 + request_.target_.size();
  if (target_end >= line.size())
    return refuse(http::status::bad_request, "The request line names no version of HTTP.");
  request_.method_ = http::string_to_verb(request_.method_text_);
  return take_version(line.substr(target_end + 1)) && take_target(request_.target_);
}

bool header_parser::take_version(std::string_view version) noexcept {
  constexpr std::string_view name = "HTTP/";
  if (version.size() != name.size() + 3 || !std::equal(name.begin(), name.end(), version.begin()) ||
      !is_digit(version[5]) || version[6] != '.' || !is_digit(version[7]))
    return refuse(http::status::bad_request, "The request line is malformed.");
  if (version[5] != '1')
    return refuse(http::status::http_version_not_supported, "This server speaks HTTP/1.0 and 1.1.");
  // A later minor version is understood as the latest that is known (RFC 9110, section 2.5).
  request_.version_ = version[7] == '0' ? 10 : 11;
  return true;
}

bool header_parser::take_target(std::string_view target) noexcept {
  const bool is_connect = request_.method_ == http::verb::connect;
  if (is_connect && is_authority(target) && is_digit(target.back()) &&
      target.find(':') != std::string_view::npos)
    return refuse(http::status::not_implemented, "This server is no tunnel.");
  const auto parts = is_connect ? std::nullopt : parse_target(target);
  if (!parts || (target == "*" && request_.method_ != http::verb::options))
    return refuse(http::status::bad_request, "The request target is malformed.");
  request_.path_ = parts->path;
  request_.query_ = parts->query;
  return true;
}

// field-name ":" OWS field-value OWS; so neither white space before the colon nor a folded line.
bool header_parser::take_field_line(std::string_view line) {
  const std::size_t name_end = token_class.prefix_size(line);
  if (name_end == 0 || name_end == line.size() || line[name_end] != ':')
    return refuse_field(line, "A header field is malformed.");
  const std::string_view value = trimmed(line.substr(name_end + 1));
  if (!text_class.holds_all(value))
    return refuse_field(line, "A header field holds a control character.");
  if (request_.fields_.size() == limits_.header_fields_max)
    return refuse(http::status::request_header_fields_too_large,
                  "The header has more fields than this server takes.");
  const std::string_view name = line.substr(0, name_end);
  const http::field id = http::string_to_field(name);
  request_.fields_.push_back({id, name, value});
  message_.take(id, value);
  return true;
}

// A stray CR is what an incomplete line would have been refused for.
bool header_parser::refuse_field(std::string_view line, std::string_view detail) noexcept {
  return refuse(http::status::bad_request,
                line.find('\r') == std::string_view::npos ? detail : bad_line_end);
}

bool header_parser::refuse(http::status status, std::string_view detail) noexcept {
  error_ = {status, detail};
  return false;
}

}  // namespace server
