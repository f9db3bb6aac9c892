#include "server/framing.hpp"

#include <algorithm>
#include <charconv>

#include <boost/beast/core/string.hpp>

#include "server/authority.hpp"
#include "server/character_classes.hpp"

namespace server {

namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

// Calls `take(element)` for each element of a comma-separated list (RFC 9110, section 5.6.1),
// without the white space around it; elements may be empty.
template <class Take>
void for_each_element(std::string_view list, Take take) noexcept {
  for (;;) {
    const std::size_t comma = list.find(',');
    take(trimmed(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

problem bad(std::string_view detail) noexcept {
  return {http::status::bad_request, detail};
}

}  // namespace

void framing::take(http::field id, std::string_view value) noexcept {
  switch (id) {
    case http::field::host:
      ++hosts_;
      bad_host_ |= !is_authority(value);
      break;
    case http::field::content_length:
      take_length(value);
      break;
    case http::field::transfer_encoding:
      take_codings(value);
      break;
    case http::field::connection:
      take_connection(value);
      break;
    case http::field::expect:
      (iequals(value, "100-continue") ? expects_continue_ : expects_other_) = true;
      break;
    default:
      break;
  }
}

// Digits alone: no sign, no list (RFC 9112, section 6.3, rule 5).
void framing::take_length(std::string_view value) noexcept {
  ++lengths_;
  const char* const end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, body_bytes_);
  bad_length_ |= failure != std::errc() || stop != end;
}

void framing::take_codings(std::string_view list) noexcept {
  ++codings_;
  for_each_element(list, [this](std::string_view coding) {
    chunked_is_not_last_ |= chunked_is_last_ || coding.empty();
    chunked_is_last_ = iequals(coding, "chunked");
    other_coding_ |= !chunked_is_last_;
  });
}

void framing::take_connection(std::string_view list) noexcept {
  for_each_element(list, [this](std::string_view option) {
    close_ |= iequals(option, "close");
    keep_alive_ |= iequals(option, "keep-alive");
  });
}

std::optional<problem> framing::check(unsigned version, const limits& bounds) const noexcept {
  if (hosts_ > 1 || (hosts_ == 0 && version >= 11))
    return bad("A request carries exactly one Host field.");
  if (bad_host_) return bad("The Host field is malformed.");
  if (codings_ > 0) {
    if (lengths_ > 0) return bad("Content-Length and Transfer-Encoding exclude each other.");
    if (version < 11) return bad("HTTP/1.0 has no Transfer-Encoding.");
    if (!chunked_is_last_ || chunked_is_not_last_)
      return bad("The last transfer coding of a request is chunked, which stands there once.");
    if (other_coding_)
      return problem{http::status::not_implemented, "The only transfer coding here is chunked."};
  }
  if (lengths_ > 1 || bad_length_) return bad("The length of the body is given badly or twice.");
  if (body_bytes_ > bounds.body_bytes_max)
    return problem{http::status::payload_too_large, "The body is larger than this server takes."};
  if (expects_other_ && version >= 11)
    return problem{http::status::expectation_failed,
                   "The only expectation that is met here is 100-continue."};
  return std::nullopt;
}

}  // namespace server
