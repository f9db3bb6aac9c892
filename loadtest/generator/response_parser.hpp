// A strict parser of HTTP/1.1 responses (RFC 9112) that takes bytes however they are cut. It checks
// all of the framing and keeps nothing of a body but its length. One a connection. Must never
// accept what two readers could read in two ways.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace generator {

class response_parser {
 public:
  enum class body_kind { framed, none };  ///< none: the answer to HEAD
  enum class result { more, complete, malformed };

  /// Forgets the last response and waits for the next.
  void restart(body_kind body);
  /// Takes bytes from the front of `input` until the response is complete; what is left in `input`
  /// then belongs to no response that was asked for.
  result feed(std::string_view& input);
  /// The stream has ended: complete if the response was to end so.
  result end();

  unsigned status() const { return status_; }
  std::uint64_t body_bytes() const { return body_bytes_; }
  /// Whether the connection can carry another request.
  bool keeps_alive() const { return keeps_alive_; }
  bool has_begun() const { return step_ != step::status_line || !line_.empty(); }

 private:
  enum class step {
    status_line,
    fields,
    body,
    body_to_end,
    chunk_size,
    chunk,
    chunk_end,
    trailers,
    complete,
    malformed
  };
  static constexpr std::size_t head_bytes_max = 256 * 1024;

  bool take_line(std::string_view& input, std::string_view& line);
  void take_body(std::string_view& input, step then);
  step on_line(std::string_view line);
  step on_status_line(std::string_view line);
  step on_field(std::string_view line);
  step on_length(std::string_view value);
  step on_end_of_fields();
  step on_chunk_size(std::string_view line);

  step step_ = step::status_line;
  body_kind body_ = body_kind::framed;
  std::string line_;  // the part of a line that has come
  std::size_t head_bytes_ = 0;
  unsigned status_ = 0;
  std::uint64_t left_ = 0;  // of the body or the chunk
  std::uint64_t body_bytes_ = 0;
  bool has_length_ = false;
  bool is_chunked_ = false;
  bool keeps_alive_ = true;
};

}  // namespace generator
