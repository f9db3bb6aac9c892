// Reads one request out of the bytes of a connection: the header by header_parser, the body by its
// framing. Everything is kept as views into the request's memory; nothing is copied but the start
// of a body that outgrows the first buffer. One a request, in the request's memory; never touches
// the socket.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "server/chunked_decoder.hpp"
#include "server/header_parser.hpp"
#include "server/limits.hpp"
#include "server/problem.hpp"
#include "server/read_buffer.hpp"
#include "server/request.hpp"

namespace server {

class request_parser final {
 public:
  using progress = header_parser::progress;

  /// Lifetime: all three must outlive the parser.
  request_parser(request& into, const request_memory& memory, const limits& bounds)
      : request_(into),
        memory_(memory),
        limits_(bounds),
        header_(into, bounds),
        input_(memory),
        body_(memory),
        decoder_(bounds.header_bytes_max) {}

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
    return in_body() && !complete() && request_.version() >= 11 &&
           header_.message().expects_continue() && !continue_sent_;
  }
  void continue_sent() noexcept { continue_sent_ = true; }
  /// Whether the client takes another response on this connection; once the header is complete.
  bool keep_alive() const noexcept { return header_.message().keep_alive(request_.version()); }

 private:
  enum class phase : unsigned char { header, length_body, chunked_body, complete };

  progress advance();
  progress read_header();
  void drop_empty_lines() noexcept;
  void reserve_input(std::size_t bytes);
  progress begin_body();
  progress read_length_body();
  progress read_chunked_body();
  progress fail(const problem& wrong) noexcept;
  progress finish(std::string_view body, std::string_view left_over) noexcept;

  request& request_;
  const request_memory& memory_;
  const limits& limits_;
  header_parser header_;
  read_buffer input_;  // header, and as much body as fits behind it
  read_buffer body_;   // a body that does not
  std::size_t header_end_ = 0;
  std::size_t body_bytes_ = 0;
  phase phase_ = phase::header;
  bool started_ = false;
  bool continue_sent_ = false;
  chunked_decoder decoder_;
  problem error_{};
  std::string_view left_over_;
};

}  // namespace server
