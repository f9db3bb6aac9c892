// What is wrong with a file that cannot be loaded, said as compilers do, so that an operator finds
// the place at once. Used while loading; never on a request's thread.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace server::collections {

/// Reads "FILE:LINE: REASON" with LINE from 1, or "FILE: REASON" if it is the file as a whole.
class load_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throw load_error. `origin` stands for FILE.
[[noreturn]] void fail(std::string_view origin, std::string_view reason);
[[noreturn]] void fail(std::string_view origin, std::size_t line, std::string_view reason);

/// For messages: in double quotes, control characters as they are.
std::string quoted(std::string_view text);

}  // namespace server::collections
