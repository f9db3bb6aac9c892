#include "server/request.hpp"

#include <algorithm>
#include <charconv>

#include <boost/beast/core/string.hpp>

#include "server/json/document.hpp"

namespace server {

namespace {

constexpr std::size_t escape_bytes = 3;  // %XX

char hex_value(std::string_view two_digits) noexcept {
  unsigned value = 0;
  std::from_chars(two_digits.data(), two_digits.data() + two_digits.size(), value, 16);
  return static_cast<char>(value);
}

std::string_view copy_text(std::string_view text, std::pmr::memory_resource* memory) {
  auto* const copy = static_cast<char*>(memory->allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), copy);
  return {copy, text.size()};
}

// Formats "JSON, byte OFFSET: REASON" without the heap.
std::string_view describe(const json::parse_error& error, std::pmr::memory_resource* memory) {
  std::pmr::string text("The body is not JSON; at byte ", memory);
  std::array<char, 20> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), error.offset_bytes).ptr;
  text.append(digits.data(), end).append(": ");
  std::array<char, 64> reason;
  text.append(error.reason.message(reason.data(), reason.size()));
  return copy_text(text, memory);
}

}  // namespace

std::string_view percent_decode(std::string_view encoded, bool plus_is_space,
                                std::pmr::memory_resource* memory) {
  if (encoded.find_first_of(plus_is_space ? "%+" : "%") == std::string_view::npos) return encoded;
  auto* const decoded = static_cast<char*>(memory->allocate(encoded.size(), 1));
  char* end = decoded;
  while (!encoded.empty()) {
    if (encoded.front() == '%') {
      *end++ = hex_value(encoded.substr(1, escape_bytes - 1));
      encoded.remove_prefix(escape_bytes);
    } else {
      *end++ = plus_is_space && encoded.front() == '+' ? ' ' : encoded.front();
      encoded.remove_prefix(1);
    }
  }
  return {decoded, end};
}

std::optional<std::string_view> request::field(std::string_view name) const noexcept {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const field_view& field) {
    return boost::beast::iequals(field.name, name);
  });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::optional<std::string_view> request::field(http::field id) const noexcept {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const field_view& field) { return field.id == id; });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::string_view request::path_parameter(std::string_view name) const noexcept {
  for (const auto& given : std::span(path_parameters_).first(path_parameter_count_)) {
    if (given.name == name) return given.value;
  }
  return {};
}

std::optional<std::string_view> request::query_parameter(std::string_view name) const {
  for (std::string_view rest = query_; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (percent_decode(pair.substr(0, equals), true, memory()) != name) continue;
    if (equals == std::string_view::npos) return std::string_view();
    return percent_decode(pair.substr(equals + 1), true, memory());
  }
  return std::nullopt;
}

std::variant<boost::json::value, problem> request::json() const {
  auto parsed = json::parse(body_, json_storage());
  if (auto* error = std::get_if<json::parse_error>(&parsed))
    return problem{http::status::bad_request, describe(*error, memory())};
  return std::move(std::get<boost::json::value>(parsed));
}

}  // namespace server
