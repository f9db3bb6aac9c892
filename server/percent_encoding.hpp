// A byte where it may not stand as it is in a URL (RFC 3986, section 2.1). Pure function.
#pragma once

#include <array>
#include <string_view>

namespace server {

constexpr std::array<char, 3> percent_encoded(char byte) noexcept {
  constexpr std::string_view hex = "0123456789ABCDEF";
  const auto code = static_cast<unsigned char>(byte);
  return {'%', hex[code >> 4], hex[code & 0xf]};
}

}  // namespace server
