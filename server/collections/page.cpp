#include "server/collections/page.hpp"

#include <charconv>
#include <system_error>

namespace server::collections {

std::optional<std::size_t> parse_whole_number(std::string_view text, std::size_t max) noexcept {
  const char* const end = text.data() + text.size();
  std::size_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end || number > max) return std::nullopt;
  return number;
}

}  // namespace server::collections
