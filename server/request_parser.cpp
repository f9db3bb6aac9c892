#include "server/request_parser.hpp"

#include <algorithm>
#include <functional>

namespace server {

namespace {

// Takes most requests' header whole, and is read in one go; it grows by doubling.
constexpr std::size_t first_read_bytes = 4096;

constexpr problem body_too_large = {http::status::payload_too_large,
                                    "The body is larger than this server takes."};

constexpr problem server_out_of_memory = {http::status::service_unavailable,
                                          "The server has no memory left for a body of that size.",
                                          std::chrono::seconds(1)};

bool lies_in(std::string_view view, std::string_view bytes) noexcept {
  return !std::less<>()(view.data(), bytes.data()) &&
         std::less<>()(view.data(), bytes.data() + bytes.size());
}

// A view into bytes that have moved goes with them; others, the path "/" of an authority, stay.
void rebase(std::string_view& view, std::string_view from, const char* to) noexcept {
  if (lies_in(view, from)) view = {to + (view.data() - from.data()), view.size()};
}

}  // namespace

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
  reserve_input(input_.size() + bytes.size());  // no more: most often this is the whole request
  input_.append(bytes);
  return advance();
}

// The views into the header go where the header goes.
void request_parser::reserve_input(std::size_t bytes) {
  const std::string_view from = input_.view();
  if (!input_.reserve(bytes)) return;
  const char* const to = input_.data();
  rebase(request_.method_text_, from, to);
  rebase(request_.target_, from, to);
  rebase(request_.path_, from, to);
  rebase(request_.query_, from, to);
  for (auto& field : request_.fields_) {
    rebase(field.name, from, to);
    rebase(field.value, from, to);
  }
  // Known by now if the client was asked for its body.
  for (auto& given : request_.path_parameters_) rebase(given.value, from, to);
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
  if (!started_) drop_empty_lines();
  if (!started_) return progress::need_more;
  const progress now = header_.parse(input_.view());
  if (now == progress::need_more) return now;
  if (now == progress::failed) return fail(header_.error());
  header_end_ = header_.size();
  if (const auto wrong = header_.message().check(request_.version(), limits_)) return fail(*wrong);
  return begin_body();
}

// Empty lines before a request line are passed over (RFC 9112, section 2.2).
void request_parser::drop_empty_lines() noexcept {
  std::string_view rest = input_.view();
  while (rest.size() >= 2 && rest[0] == '\r' && rest[1] == '\n') rest.remove_prefix(2);
  started_ = !rest.empty() && rest != "\r";
  input_.drop_front(input_.size() - rest.size());
}

request_parser::progress request_parser::begin_body() {
  if (header_.message().chunked()) {
    phase_ = phase::chunked_body;
    return read_chunked_body();
  }
  phase_ = phase::length_body;
  body_bytes_ = static_cast<std::size_t>(header_.message().body_bytes());
  const std::size_t body_end = header_end_ + body_bytes_;
  if (body_end > input_.capacity() && !memory_.server_has_room(body_bytes_))
    return fail(server_out_of_memory);
  if (!input_.try_reserve(body_end)) {
    body_.reserve(body_bytes_);
    body_.append(input_.view().substr(header_end_));
  }
  return read_length_body();
}

request_parser::progress request_parser::read_length_body() {
  if (body_.capacity() > 0)
    return body_.size() < body_bytes_ ? progress::need_more : finish(body_.view(), {});
  const std::string_view behind = input_.view().substr(header_end_);
  if (behind.size() < body_bytes_) return progress::need_more;
  return finish(behind.substr(0, body_bytes_), behind.substr(body_bytes_));
}

request_parser::progress request_parser::read_chunked_body() {
  std::string_view rest = input_.view().substr(header_end_);
  for (;;) {
    const chunked_decoder::step step = decoder_.next(rest);
    rest.remove_prefix(step.consumed);
    switch (step.result) {
      case chunked_decoder::outcome::data:
        if (step.data.size() > limits_.body_bytes_max - body_.size()) return fail(body_too_large);
        body_.append(step.data);
        break;
      case chunked_decoder::outcome::need_more:
        if (decoder_.announced() > limits_.body_bytes_max - body_.size())
          return fail(body_too_large);
        input_.truncate(header_end_);
        return progress::need_more;
      case chunked_decoder::outcome::done:
        return finish(body_.view(), rest);
      case chunked_decoder::outcome::malformed:
        return fail({http::status::bad_request, "The chunked transfer coding is malformed."});
      case chunked_decoder::outcome::too_long:
        return fail({http::status::request_header_fields_too_large,
                     "Chunk extensions and trailers are larger than this server takes."});
    }
  }
}

request_parser::progress request_parser::finish(std::string_view body,
                                                std::string_view left_over) noexcept {
  phase_ = phase::complete;
  request_.body_ = body;
  left_over_ = left_over;
  input_.shrink();
  return progress::complete;
}

request_parser::progress request_parser::fail(const problem& wrong) noexcept {
  error_ = wrong;
  return progress::failed;
}

problem request_parser::error() const noexcept {
  if (!error_.detail.empty()) return error_;
  if (!in_body())
    return {http::status::request_header_fields_too_large,
            "The header needs more memory than a request may use."};
  return {http::status::payload_too_large, "The body needs more memory than a request may use."};
}

}  // namespace server
