// One HTTP response, assembled in the memory of its request: a head and the segments of a body.
// It is bound to that memory from the start, so that a handler cannot pick the heap by accident.
// Lifetime: as the request's.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>

#include <boost/beast/http/status.hpp>

#include "arena/segment_buffer.hpp"

namespace server {

namespace http = boost::beast::http;

class response {
 public:
  explicit response(std::pmr::memory_resource* memory) noexcept
      : fields_(memory), head_room_(memory), body_(memory) {}

  /// 200 unless set.
  response& status(http::status status) noexcept {
    status_ = status;
    return *this;
  }
  /// Lifetime: `type` must outlive the response; give a literal.
  response& content_type(std::string_view type) noexcept {
    content_type_ = type;
    return *this;
  }
  /// Adds a field; both are copied. Not for Server, Date, Content-Type, Content-Length, Connection,
  /// which the server sends itself. Throws std::invalid_argument for a name that is no token and a
  /// value with a control character: a handler that passes on what it was sent splits no response.
  response& field(std::string_view name, std::string_view value);
  /// Closes the connection behind this response.
  response& close() noexcept {
    closes_ = true;
    return *this;
  }
  bool closes() const noexcept { return closes_; }
  /// What is appended here is the content.
  arena::segment_buffer& body() noexcept { return body_; }

  http::status status() const noexcept { return status_; }

  /// Back to an empty 200, all memory given back.
  void clear() noexcept;

  enum class connection { keep_alive, keep_alive_1_0, close };
  enum class content { send, omit };  ///< omit: the answer to HEAD, with the fields of GET

  /// Builds the head; to be called once, after the handler. `common_fields` are those of every
  /// response, as they go on the wire.
  void finish(std::string_view common_fields, connection after, content body);
  /// After finish(): what to send first, the head and content that is small.
  std::string_view head() const noexcept { return head_; }
  /// After finish(): the pieces to send behind it; null if there are none.
  arena::segment_buffer::segment* content_to_send() const noexcept {
    return joins_content_ ? nullptr : body_.first();
  }
  std::size_t bytes_to_send() const noexcept {
    return head_.size() + (joins_content_ ? 0 : body_.size());
  }

 private:
  http::status status_ = http::status::ok;
  bool closes_ = false;
  bool joins_content_ = false;  // it is sent as part of head_
  std::string_view content_type_;
  arena::segment_buffer fields_;  // further fields as they go on the wire
  arena::segment_buffer head_room_;
  arena::segment_buffer body_;
  std::string_view head_;
};

}  // namespace server
