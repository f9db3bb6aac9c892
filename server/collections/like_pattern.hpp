// The patterns of like and ilike: * or % is any text, _ any one character, a backslash takes the
// next character as it is. Characters are UTF-8's; cases are told apart or not for ASCII letters
// alone.
#pragma once

#include <string_view>

#include "server/collections/work_budget.hpp"

namespace server::collections {

enum class letter_case { told_apart, ignored };

/// Whether all of `text` is as `pattern` says. O(text * pattern) at worst, which the budget bounds,
/// usually O(text). Throws out_of_time.
bool is_like(std::string_view text, std::string_view pattern, letter_case cases,
             work_budget& budget);

}  // namespace server::collections
