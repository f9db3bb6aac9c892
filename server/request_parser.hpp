// Reads one request out of the bytes of a connection: the header by Beast's basic_parser, the body
// by its framing. Everything is kept as views into the request's memory; nothing is copied but the
// start of a body that outgrows the first buffer.
// One a request, in the request's memory; never touches the socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "server/chunked_decoder.hpp"
#include "server/limits.hpp"
#include "server/problem.hpp"
#include "server/read_buffer.hpp"
#include "server/request.hpp"

namespace server {

class request_parser final : private http::basic_parser<true> {
 public:
  enum class progress { need_more, complete, failed };

  /// Lifetime: all three must outlive the parser.
  request_parser(request& into, const request_memory& memory, const limits& bounds);

  /// Where the next bytes from the socket go: never empty before the request is complete.
  /// Throws allocation_limit_exceeded if the request's memory is spent; error() tells what to say.
  std::span<char> room();
  /// Takes the first `bytes` bytes of room() as read.
  progress commit(std::size_t bytes);
  /// As room() and commit() together, for bytes that an earlier request on the connection left.
  progress append(std::string_view bytes);

  /// What is wrong; to be asked after `failed`, or when room() or commit() threw for want of
  /// memory.
  problem error() const noexcept;
  /// Bytes that came in behind this request. Lifetime: as the request.
  std::string_view left_over() const noexcept { return left_over_; }
  /// Whether any byte of a request has come.
  bool started() const noexcept { return started_ || input_.size() > 0; }
  /// Whether the request has come in whole.
  bool complete() const noexcept { return phase_ == phase::complete; }
  /// Whether the header is complete, so that what is read now is body.
  bool in_body() const noexcept { return phase_ != phase::header; }
  /// Whether the client waits for 100 Continue (RFC 9110, section 10.1.1) and it is still unsent.
  bool wants_continue() const noexcept {
    return expects_continue_ && in_body() && request_.version() >= 11;
  }
  void continue_sent() noexcept { expects_continue_ = false; }
  /// What the client asked for; valid once the header is complete.
  bool keep_alive() const { return basic_parser::keep_alive(); }

 private:
  enum class phase { header, length_body, chunked_body, complete };

  progress advance();
  progress read_header();
  void reserve_input(std::size_t bytes);
  progress begin_body();
  progress read_length_body();
  progress read_chunked_body();
  progress fail(http::status status, std::string_view detail) noexcept;
  progress fail_header(boost::beast::error_code reason) noexcept;
  progress finish(std::string_view body, std::string_view left_over) noexcept;
  std::optional<problem> check_fields() const noexcept;

  using error_code = boost::beast::error_code;
  using text = boost::beast::string_view;
  void on_request_impl(http::verb method, text name, text target, int version,
                       error_code& ec) override;
  void on_field_impl(http::field id, text name, text value, error_code& ec) override;
  void on_header_impl(error_code&) override {}
  // Not reached: bodies are not Beast's to parse here, and this is no response.
  void on_response_impl(int, text, int, error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(text, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  request& request_;
  const limits& limits_;
  read_buffer input_;       // header, and as much body as fits behind it
  read_buffer body_;        // a body that does not
  std::size_t parsed_ = 0;  // bytes of input_ that are done with
  std::size_t header_end_ = 0;
  phase phase_ = phase::header;
  bool started_ = false;
  bool expects_continue_ = false;
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
  std::size_t codings_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool chunked_coding_ = false;
  bool bad_length_ = false;
  chunked_decoder decoder_;
  problem error_{};
  std::string_view left_over_;
};

}  // namespace server
