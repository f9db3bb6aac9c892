// Whether text is an authority that a request may name: the value of Host, and the part of an
// absolute or authority-form target (RFC 3986, section 3.2; RFC 9112, section 3.2).
#pragma once

#include <string_view>

namespace server {

/// `host[:port]` with a host that is not empty, a port of at most 65535, and no user information.
/// O(text).
bool is_authority(std::string_view text) noexcept;

}  // namespace server
