#include "server/collections/load_error.hpp"

namespace server::collections {

void fail(std::string_view origin, std::string_view reason) {
  throw load_error(std::string(origin).append(": ").append(reason));
}

void fail(std::string_view origin, std::size_t line, std::string_view reason) {
  fail(std::string(origin) + ':' + std::to_string(line), reason);
}

std::string quoted(std::string_view text) {
  return std::string("\"").append(text).append("\"");
}

}  // namespace server::collections
