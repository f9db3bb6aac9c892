// The target of a request, taken apart (RFC 9112, section 3.2; RFC 3986 for its encoding).
#pragma once

#include <optional>
#include <string_view>

#include "arena/segment_buffer.hpp"

namespace server {

/// Views into the target; still percent-encoded.
struct request_target {
  std::string_view path;   ///< begins with '/', or is "*"
  std::string_view query;  ///< without the question mark
};

/// Origin form, absolute form of http and https, or the asterisk; nullopt for everything else.
/// A query may hold bytes that RFC 3986 wants encoded, as clients send them. O(target).
std::optional<request_target> parse_target(std::string_view target) noexcept;

enum class plus_sign { itself, space };  ///< a query's plus sign stands for a space

/// `encoded` with its %XX undone; written to the end of `to` if there were any. It must be
/// well-formed, as what parse_target() returns is. Throws what the buffer's memory throws.
/// Lifetime: as `encoded` and `to`.
std::string_view percent_decode(std::string_view encoded, plus_sign plus,
                                arena::segment_buffer& to);

}  // namespace server
