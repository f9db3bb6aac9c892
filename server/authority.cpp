#include "server/authority.hpp"

#include <cstddef>

#include <boost/url/authority_view.hpp>
#include <boost/url/parse.hpp>

#include "server/character_classes.hpp"

namespace server {

namespace {

// What names and IPv4 addresses are made of. Other hosts are rare, and Boost.URL's to judge.
constexpr auto plain_class = character_class::alphanumeric_and(".-_");

// Empty, or a number of up to five digits that is a port.
bool is_port(std::string_view text) noexcept {
  if (text.size() > 5) return false;
  unsigned number = 0;
  for (const char digit : text) {
    if (!is_digit(digit)) return false;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return number <= 65'535;
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
  const std::size_t host_bytes = plain_class.prefix_size(text);
  if (host_bytes == text.size()) return host_bytes > 0;
  if (text[host_bytes] == ':') return host_bytes > 0 && is_port(text.substr(host_bytes + 1));
  // RFC 3986 allows a comma in a name, but that is what two fields joined by a proxy look like.
  if (text.find(',') != std::string_view::npos) return false;
  const auto parsed = boost::urls::parse_authority(text);
  return parsed && !parsed->has_userinfo() && !parsed->encoded_host().empty() &&
         is_port(std::string_view(parsed->port()));
}

}  // namespace server
