#include "server/request_target.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <boost/beast/core/string.hpp>

#include "server/authority.hpp"
#include "server/character_classes.hpp"

namespace server {

namespace {

constexpr std::size_t escape_bytes = 3;  // %XX

// The byte that two hexadecimal digits stand for.
std::optional<char> hex_value(std::string_view digits) noexcept {
  unsigned value = 0;
  const char* const end = digits.data() + digits.size();
  if (digits.size() != 2 || std::from_chars(digits.data(), end, value, 16).ptr != end)
    return std::nullopt;
  return static_cast<char>(value);
}

// How many bytes at the beginning of `text` are of the class or a %XX; npos if one of these is bad.
std::size_t prefix_of(const character_class& allowed, std::string_view text) noexcept {
  std::size_t at = allowed.prefix_size(text);
  while (at < text.size() && text[at] == '%') {
    if (!hex_value(text.substr(at + 1, 2))) return std::string_view::npos;
    at += escape_bytes;
    at += allowed.prefix_size(text.substr(at));
  }
  return at;
}

// Cuts scheme and authority off an absolute form; nullopt if it is none of http or https.
std::optional<std::string_view> behind_authority(std::string_view target) noexcept {
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!boost::beast::iequals(scheme, "http") && !boost::beast::iequals(scheme, "https"))
    return std::nullopt;
  target.remove_prefix(scheme_end + 3);
  const std::size_t authority_end = std::min(target.find_first_of("/?#"), target.size());
  if (!is_authority(target.substr(0, authority_end))) return std::nullopt;
  return target.substr(authority_end);
}

}  // namespace

std::optional<request_target> parse_target(std::string_view target) noexcept {
  if (target == "*") return request_target{target, {}};
  if (!target.starts_with('/')) {
    const auto rest = behind_authority(target);
    if (!rest) return std::nullopt;
    target = *rest;
  }
  const std::size_t path_end = prefix_of(path_class, target);
  if (path_end > target.size()) return std::nullopt;
  const std::string_view path = path_end > 0 ? target.substr(0, path_end) : "/";
  if (path_end == target.size()) return request_target{path, {}};
  const std::string_view query = target.substr(path_end + 1);
  if (target[path_end] != '?' || prefix_of(query_class, query) != query.size()) return std::nullopt;
  return request_target{path, query};
}

std::string_view percent_decode(std::string_view encoded, plus_sign plus,
                                arena::segment_buffer& to) {
  const bool plus_is_space = plus == plus_sign::space;
  if (encoded.find_first_of(plus_is_space ? "%+" : "%") == std::string_view::npos) return encoded;
  char* const decoded = to.prepare(encoded.size()).data();
  char* end = decoded;
  while (!encoded.empty()) {
    if (encoded.front() == '%') {
      *end++ = *hex_value(encoded.substr(1, 2));
      encoded.remove_prefix(escape_bytes);
    } else {
      *end++ = plus_is_space && encoded.front() == '+' ? ' ' : encoded.front();
      encoded.remove_prefix(1);
    }
  }
  to.commit(static_cast<std::size_t>(end - decoded));
  return {decoded, end};
}

}  // namespace server
