#include "server/response.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <ostream>  // Boost 1.81 forgets it
#include <stdexcept>

#include "server/character_classes.hpp"

namespace server {

namespace {

// Status line, our own fields and their values; the reason phrase and media type come on top.
constexpr std::size_t head_bytes = 256;

// A body of up to this size is copied behind the head, so that one plain send takes both.
constexpr std::size_t joined_body_bytes = 1024;

// Writes into prepared room; the room is known to be enough.
class head_writer {
 public:
  explicit head_writer(char* to) noexcept : position_(to) {}

  head_writer& operator<<(std::string_view text) noexcept {
    position_ = std::copy(text.begin(), text.end(), position_);
    return *this;
  }
  head_writer& operator<<(std::size_t number) noexcept {
    constexpr int digits_max = std::numeric_limits<std::size_t>::digits10 + 1;
    position_ = std::to_chars(position_, position_ + digits_max, number).ptr;
    return *this;
  }
  head_writer& operator<<(const arena::segment_buffer& pieces) noexcept {
    for (auto* piece = pieces.first(); piece != nullptr; piece = piece->next)
      *this << piece->view();
    return *this;
  }
  char* position() const noexcept { return position_; }

 private:
  char* position_;
};

std::string_view connection_field(response::connection after) noexcept {
  switch (after) {
    case response::connection::keep_alive:
      break;
    case response::connection::keep_alive_1_0:
      return "Connection: keep-alive\r\n";
    case response::connection::close:
      return "Connection: close\r\n";
  }
  return "";
}

// RFC 9110, section 8.6: these never carry Content-Length or content.
bool has_content(http::status status) noexcept {
  return http::to_status_class(status) != http::status_class::informational &&
         status != http::status::no_content && status != http::status::not_modified;
}

}  // namespace

response& response::field(std::string_view name, std::string_view value) {
  if (name.empty() || !token_class.holds_all(name))
    throw std::invalid_argument("a field's name is no token");
  if (!text_class.holds_all(value))
    throw std::invalid_argument("a field's value holds a control character");
  fields_.append(name);
  fields_.append(": ");
  fields_.append(value);
  fields_.append("\r\n");
  return *this;
}

void response::clear() noexcept {
  status_ = http::status::ok;
  closes_ = false;
  content_type_ = {};
  fields_.clear();
  head_ = {};
  head_room_.clear();
  body_.clear();
}

void response::finish(std::string_view common_fields, connection after, content body) {
  const bool is_ok = status_ == http::status::ok;
  const bool describes_body = has_content(status_);
  const bool sends_body = body == content::send && describes_body;
  const std::size_t content_bytes = body_.size();
  if (!sends_body) body_.clear();
  joins_content_ = body_.size() <= joined_body_bytes;
  const std::string_view reason = is_ok ? "OK" : std::string_view(http::obsolete_reason(status_));
  const std::size_t room_bytes = head_bytes + reason.size() + common_fields.size() +
                                 content_type_.size() + fields_.size() +
                                 (joins_content_ ? body_.size() : 0);
  // Behind the content in its last segment, if that has the room; it is no part of it there.
  const bool fits = body_.room() >= room_bytes;
  char* const room = (fits ? body_ : head_room_).prepare(room_bytes).data();
  head_writer to(room);
  if (is_ok)
    to << "HTTP/1.1 200 OK\r\n";
  else
    to << "HTTP/1.1 " << static_cast<std::size_t>(status_) << " " << reason << "\r\n";
  to << common_fields;
  if (!content_type_.empty()) to << "Content-Type: " << content_type_ << "\r\n";
  if (describes_body) to << "Content-Length: " << content_bytes << "\r\n";
  to << fields_ << connection_field(after) << "\r\n";
  if (joins_content_) to << body_;
  head_ = {room, to.position()};
}

}  // namespace server
