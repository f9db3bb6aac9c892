// What is served when no file is given, so that the first command shows something.
#pragma once

#include <string_view>

namespace server::collections {

inline constexpr std::string_view sample_name = "cities";

/// A JSON array of a dozen cities; populations are those of the city proper, rounded.
extern const std::string_view sample_text;

}  // namespace server::collections
