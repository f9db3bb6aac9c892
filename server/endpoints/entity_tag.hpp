// The entity tag of a collection's answers (RFC 9110, section 8.8.3). It changes with the data and
// differs by representation; weak, since another version of the server may write other bytes.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/endpoints/negotiation.hpp"

namespace server::endpoints {

class entity_tag {
 public:
  entity_tag(std::uint64_t version, representation as) noexcept {
    char* to = text_.data();
    const auto put = [&to](std::string_view text) { to += text.copy(to, text.size()); };
    put("W/\"");
    to = std::to_chars(to, to + version_digits_max, version, 16).ptr;
    put(as == representation::csv ? "-csv\"" : "-json\"");
    end_ = to;
  }
  entity_tag(const entity_tag&) = delete;
  entity_tag& operator=(const entity_tag&) = delete;

  /// Lifetime: the object's.
  operator std::string_view() const noexcept { return {text_.data(), end_}; }

 private:
  static constexpr std::size_t version_digits_max = 16;

  std::array<char, version_digits_max + 16> text_;
  char* end_;
};

}  // namespace server::endpoints
