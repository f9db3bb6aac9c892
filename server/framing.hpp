// What a request's fields say about the message itself: its host, where its body ends, and whether
// the connection goes on (RFC 9112, sections 3.2, 6 and 9.3; RFC 9110, section 10.1.1).
// Strict wherever a second opinion in a proxy would allow a request to be smuggled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/beast/http/field.hpp>

#include "server/limits.hpp"
#include "server/problem.hpp"

namespace server {

class framing {
 public:
  /// Takes one field, its value trimmed. To be called for each, in order.
  void take(boost::beast::http::field id, std::string_view value) noexcept;
  /// What is wrong, once all fields are known. `version` is 10 or 11.
  std::optional<problem> check(unsigned version, const limits& bounds) const noexcept;

  bool chunked() const noexcept { return codings_ > 0; }
  /// Of the body, where it is not chunked; 0 if it has none.
  std::uint64_t body_bytes() const noexcept { return body_bytes_; }
  bool expects_continue() const noexcept { return expects_continue_; }
  /// Whether the client takes another response on this connection.
  bool keep_alive(unsigned version) const noexcept {
    return !close_ && (version >= 11 || keep_alive_);
  }

 private:
  void take_length(std::string_view value) noexcept;
  void take_codings(std::string_view list) noexcept;
  void take_connection(std::string_view list) noexcept;

  std::uint64_t body_bytes_ = 0;
  unsigned hosts_ = 0;
  unsigned lengths_ = 0;
  unsigned codings_ = 0;  // Transfer-Encoding fields
  bool bad_host_ = false;
  bool bad_length_ = false;
  bool chunked_is_last_ = false;      // of the codings so far
  bool chunked_is_not_last_ = false;  // it is followed by another, or by itself
  bool other_coding_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool expects_other_ = false;
};

}  // namespace server
