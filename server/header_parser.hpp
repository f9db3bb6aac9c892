// Reads the header of a request line by line, exactly as RFC 9112 has it (sections 2.2, 3 and 5),
// and keeps it as views into the input. What it says does not depend on how the input was cut: a
// line is judged when it is complete, and Beast's parser, once it has seen half a header, judges
// nothing before the end of it. One a request, owned by the request_parser.
#pragma once

#include <cstddef>
#include <string_view>

#include "server/framing.hpp"
#include "server/limits.hpp"
#include "server/problem.hpp"
#include "server/request.hpp"

namespace server {

class header_parser {
 public:
  enum class progress { need_more, complete, failed };

  /// Lifetime: both must outlive the parser.
  header_parser(request& into, const limits& bounds) noexcept : request_(into), limits_(bounds) {}

  /// `input` is what has come since the request's first byte; the next call has the same and more.
  /// It may have moved in between, if the views into it in the request have moved with it.
  /// Throws what the request's memory throws.
  progress parse(std::string_view input);

  /// Once complete: how many bytes the header has, its empty line included.
  std::size_t size() const noexcept { return line_begin_; }
  const framing& message() const noexcept { return message_; }
  /// Once failed: what is wrong.
  const problem& error() const noexcept { return error_; }

 private:
  progress take_incomplete(std::string_view input) noexcept;
  bool take_start(std::string_view input) noexcept;
  bool take_method(std::string_view line) noexcept;
  bool take_request_line(std::string_view line) noexcept;
  bool take_target(std::string_view target) noexcept;
  bool take_version(std::string_view version) noexcept;
  bool take_field_line(std::string_view line);
  bool refuse_field(std::string_view line, std::string_view detail) noexcept;
  bool refuse(http::status status, std::string_view detail) noexcept;

  request& request_;
  const limits& limits_;
  framing message_;
  std::size_t line_begin_ = 0;  // of the line that is not complete
  std::size_t scanned_ = 0;     // bytes that are known to hold no further line end
  bool has_request_line_ = false;
  problem error_{};
};

}  // namespace server
