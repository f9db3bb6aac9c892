#include "server/collections/shown_text.hpp"

#include <cstddef>

namespace server::collections {

void append_shown(std::string_view given, std::pmr::string& to) {
  constexpr std::size_t shown_bytes = 40;
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char byte : given.substr(0, shown_bytes)) {
    const auto code = static_cast<unsigned char>(byte);
    if (code >= 0x20 && code < 0x7f) {
      to += byte;
    } else {
      to += '%';
      to += hex[code >> 4];
      to += hex[code & 0xf];
    }
  }
  if (given.size() > shown_bytes) to += "...";
}

}  // namespace server::collections
