#include "server/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <functional>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include "server/request_target.hpp"

namespace server {

namespace {

// Takes most requests' header whole, and is read in one go; it grows by doubling.
constexpr std::size_t first_read_bytes = 4096;

// Whether the request line ends in a version that is well-formed, though none that we speak.
bool names_other_version(std::string_view input) noexcept {
  const std::string_view line = input.substr(0, input.find('\r'));
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view version = line.substr(space + 1);
  const auto digit = [](char byte) { return byte >= '0' && byte <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) &&
         version[6] == '.' && digit(version[7]) && version != "HTTP/1.0" && version != "HTTP/1.1";
}

// obs-fold (RFC 9112, section 5.2), which Beast takes; the header is known to be well-formed else.
bool has_folded_line(std::string_view header) noexcept {
  for (std::size_t at = header.find('\n'); at + 1 < header.size(); at = header.find('\n', at + 1)) {
    if (header[at + 1] == ' ' || header[at + 1] == '\t') return true;
  }
  return false;
}

bool lies_in(std::string_view view, std::string_view bytes) noexcept {
  return !std::less<>()(view.data(), bytes.data()) &&
         std::less<>()(view.data(), bytes.data() + bytes.size());
}

// A view into bytes that have moved goes with them; others, the path "/" of an authority, stay.
void rebase(std::string_view& view, std::string_view from, const char* to) noexcept {
  if (lies_in(view, from)) view = {to + (view.data() - from.data()), view.size()};
}

}  // namespace

request_parser::request_parser(request& into, const request_memory& memory, const limits& bounds)
    : request_(into),
      limits_(bounds),
      input_(memory),
      body_(memory),
      decoder_(bounds.header_bytes_max) {
  basic_parser::header_limit(static_cast<std::uint32_t>(bounds.header_bytes_max));
  basic_parser::skip(true);  // the body is read here, not by Beast
}

std::span<char> request_parser::room() {
  switch (phase_) {
    case phase::header:
      if (input_.size() == input_.capacity())
        reserve_input(std::min(std::max(first_read_bytes, 2 * input_.capacity()),
                               std::max(limits_.header_bytes_max, input_.size() + 1)));
      return input_.room();
    case phase::length_body:
      return body_.capacity() > 0 ? body_.room() : input_.room();
    case phase::chunked_body:
      reserve_input(header_end_ + first_read_bytes);
      return input_.room();
    case phase::complete:
      break;
  }
  return {};
}

request_parser::progress request_parser::commit(std::size_t bytes) {
  (phase_ == phase::length_body && body_.capacity() > 0 ? body_ : input_).commit(bytes);
  return advance();
}

request_parser::progress request_parser::append(std::string_view bytes) {
  reserve_input(std::max(first_read_bytes, bytes.size()));
  input_.append(bytes);
  return advance();
}

// The views into the header go where the header goes.
void request_parser::reserve_input(std::size_t bytes) {
  const std::string_view from = input_.view();
  if (!input_.reserve(bytes)) return;
  const char* const to = input_.data();
  rebase(request_.target_, from, to);
  rebase(request_.path_, from, to);
  rebase(request_.query_, from, to);
  for (auto& field : request_.fields_) {
    rebase(field.name, from, to);
    rebase(field.value, from, to);
  }
}

request_parser::progress request_parser::advance() {
  switch (phase_) {
    case phase::header:
      return read_header();
    case phase::length_body:
      return read_length_body();
    case phase::chunked_body:
      return read_chunked_body();
    case phase::complete:
      break;
  }
  return progress::complete;
}

request_parser::progress request_parser::read_header() {
  if (!started_) {
    // Empty lines before a request line are skipped (RFC 9112, section 2.2).
    while (input_.view().substr(parsed_).starts_with("\r\n")) parsed_ += 2;
    const std::string_view rest = input_.view().substr(parsed_);
    if (rest.empty() || rest == "\r") {
      input_.truncate(0);
      input_.append(rest);
      parsed_ = 0;
      return progress::need_more;
    }
    started_ = true;
  }
  error_code reason;
  const std::string_view unparsed = input_.view().substr(parsed_);
  parsed_ += put(boost::asio::const_buffer(unparsed.data(), unparsed.size()), reason);
  if (reason == http::error::need_more) {
    if (input_.size() < limits_.header_bytes_max) return progress::need_more;
    reason = http::error::header_limit;
  }
  if (!reason && parsed_ > limits_.header_bytes_max) reason = http::error::header_limit;
  if (reason) return fail_header(reason);
  header_end_ = parsed_;
  if (has_folded_line(input_.view().substr(0, header_end_)))
    return fail(http::status::bad_request, "A header field is folded over several lines.");
  const auto target = server::parse_target(request_.target_);
  if (!target) return fail(http::status::bad_request, "The request target is malformed.");
  request_.path_ = target->path;
  request_.query_ = target->query;
  if (const auto wrong = check_fields()) return fail(wrong->status, wrong->detail);
  return begin_body();
}

request_parser::progress request_parser::begin_body() {
  if (chunked_coding_) {
    phase_ = phase::chunked_body;
    return read_chunked_body();
  }
  phase_ = phase::length_body;
  const std::size_t body_end = header_end_ + static_cast<std::size_t>(body_bytes_);
  if (!input_.try_reserve(body_end)) {
    body_.reserve(static_cast<std::size_t>(body_bytes_));
    body_.append(input_.view().substr(header_end_));
  }
  return read_length_body();
}

request_parser::progress request_parser::read_length_body() {
  const auto bytes = static_cast<std::size_t>(body_bytes_);
  if (body_.capacity() > 0)
    return body_.size() < bytes ? progress::need_more : finish(body_.view(), {});
  const std::string_view behind = input_.view().substr(header_end_);
  return behind.size() < bytes ? progress::need_more
                               : finish(behind.substr(0, bytes), behind.substr(bytes));
}

request_parser::progress request_parser::read_chunked_body() {
  std::string_view rest = input_.view().substr(header_end_);
  for (;;) {
    const chunked_decoder::step step = decoder_.next(rest);
    rest.remove_prefix(step.consumed);
    switch (step.result) {
      case chunked_decoder::outcome::data:
        if (step.data.size() > limits_.body_bytes_max - body_.size())
          return fail(http::status::payload_too_large,
                      "The body is larger than this server takes.");
        body_.append(step.data);
        break;
      case chunked_decoder::outcome::need_more:
        input_.truncate(header_end_);
        return progress::need_more;
      case chunked_decoder::outcome::done:
        return finish(body_.view(), rest);
      case chunked_decoder::outcome::malformed:
        return fail(http::status::bad_request, "The chunked transfer coding is malformed.");
      case chunked_decoder::outcome::too_long:
        return fail(http::status::request_header_fields_too_large,
                    "Chunk extensions and trailers are larger than this server takes.");
    }
  }
}

request_parser::progress request_parser::finish(std::string_view body,
                                                std::string_view left_over) noexcept {
  phase_ = phase::complete;
  expects_continue_ = false;
  request_.body_ = body;
  left_over_ = left_over;
  input_.shrink();
  return progress::complete;
}

request_parser::progress request_parser::fail(http::status status,
                                              std::string_view detail) noexcept {
  error_ = {status, detail};
  return progress::failed;
}

request_parser::progress request_parser::fail_header(error_code reason) noexcept {
  if (reason == http::error::header_limit)
    return fail(http::status::request_header_fields_too_large,
                "The header is larger than this server takes.");
  if (reason == http::error::bad_version && request_.target_.empty() &&
      names_other_version(input_.view().substr(parsed_)))
    return fail(http::status::http_version_not_supported, "This server speaks HTTP/1.0 and 1.1.");
  if (reason == http::error::bad_version || reason == http::error::bad_method ||
      reason == http::error::bad_target)
    return fail(http::status::bad_request, "The request line is malformed.");
  if (reason == http::error::bad_content_length || reason == http::error::multiple_content_length ||
      reason == http::error::bad_transfer_encoding)
    return fail(http::status::bad_request, "The length of the body is given badly or twice.");
  return fail(http::status::bad_request, "A header field is malformed.");
}

problem request_parser::error() const noexcept {
  if (!error_.detail.empty()) return error_;
  if (!in_body())
    return {http::status::request_header_fields_too_large,
            "The header needs more memory than a request may use."};
  return {http::status::payload_too_large, "The body needs more memory than a request may use."};
}

std::optional<problem> request_parser::check_fields() const noexcept {
  const auto bad = [](std::string_view detail) {
    return problem{http::status::bad_request, detail};
  };
  if (hosts_ > 1 || (hosts_ == 0 && request_.version_ >= 11))
    return bad("A request carries exactly one Host field.");
  if (codings_ > 0) {
    if (lengths_ > 0) return bad("Content-Length and Transfer-Encoding exclude each other.");
    if (request_.version_ < 11) return bad("HTTP/1.0 has no Transfer-Encoding.");
    if (codings_ > 1 || !chunked_coding_)
      return problem{http::status::not_implemented, "The only transfer coding here is chunked."};
  }
  if (lengths_ > 1 || bad_length_) return bad("The length of the body is given badly or twice.");
  if (body_bytes_ > limits_.body_bytes_max)
    return problem{http::status::payload_too_large, "The body is larger than this server takes."};
  return std::nullopt;
}

void request_parser::on_request_impl(http::verb method, text, text target, int version,
                                     error_code&) {
  request_.method_ = method;
  request_.target_ = target;
  request_.version_ = static_cast<unsigned>(version);
}

// Of a folded value Beast may give a view into a buffer of its own here; read_header() refuses the
// whole header then, before anybody looks at the value again.
void request_parser::on_field_impl(http::field id, text name, text value, error_code& ec) {
  request_.fields_.push_back({id, name, value});
  if (id == http::field::host) {
    ++hosts_;
    const auto host = boost::urls::parse_authority(value);
    if (!host || host->has_userinfo()) ec = http::error::bad_value;
  } else if (id == http::field::content_length) {
    ++lengths_;
    const auto end = value.data() + value.size();
    const auto [stop, failure] = std::from_chars(value.data(), end, body_bytes_);
    bad_length_ |= failure != std::errc() || stop != end;
  } else if (id == http::field::transfer_encoding) {
    ++codings_;
    chunked_coding_ = boost::beast::iequals(value, "chunked");
  } else if (id == http::field::expect) {
    expects_continue_ = boost::beast::iequals(value, "100-continue");
  }
}

}  // namespace server
