// What a client sent as it may stand in a message: it may be long, and no text at all. Pure
// function.
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>

namespace server::collections {

/// Appends the first bytes of `given`; all but ASCII's printable characters percent-encoded.
void append_shown(std::string_view given, std::pmr::string& to);

}  // namespace server::collections
