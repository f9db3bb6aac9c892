// Why a text is no JSON, for people: a second, strict walk over a text that the parser refused, as
// Boost.JSON says little of what it expected and not always where. Pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace server::json {

struct diagnosis {
  std::size_t offset_bytes;   ///< of the first byte that could not be taken; the size at the end
  std::string_view expected;  ///< static text: "',' or ']'", "a value", ...
};

/// nullopt if `text` is JSON (RFC 8259) nested at most `depth_max` deep whose numbers a double or
/// 64 bits can hold, in UTF-8 whose escaped surrogates come in pairs. O(text).
std::optional<diagnosis> diagnose(std::string_view text, std::size_t depth_max) noexcept;

}  // namespace server::json
