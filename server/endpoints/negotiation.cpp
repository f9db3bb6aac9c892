#include "server/endpoints/negotiation.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <boost/beast/core/string.hpp>

#include "server/character_classes.hpp"

namespace server::endpoints {

namespace {

using boost::beast::iequals;

// The first element of a comma-separated list, which it is taken from. Commas in quotes are no
// matter for the fields that are read here.
std::string_view take_element(std::string_view& list, char separator = ',') noexcept {
  const std::string_view element = list.substr(0, list.find(separator));
  list.remove_prefix(std::min(element.size() + 1, list.size()));
  return trimmed(element);
}

// 0 to 1000; 1000 where no q is among the parameters.
int quality_of(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const std::string_view one = take_element(parameters, ';');
    if (!iequals(one.substr(0, 2), "q=")) continue;
    double quality = 0;
    const std::string_view number = one.substr(2);
    const char* const end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, quality, std::chars_format::fixed);
    const bool is_quality = read.ec == std::errc() && read.ptr == end && number.front() != '.' &&
                            quality >= 0 && quality <= 1;
    return is_quality ? static_cast<int>(quality * 1000) : 0;
  }
  return 1000;
}

// How closely a media range names the type: 0 not at all, 1 by */*, 2 by its kind, 3 itself.
int closeness(std::string_view range, std::string_view type) noexcept {
  if (iequals(range, type)) return 3;
  const std::string_view kind = type.substr(0, type.find('/') + 1);
  if (range.size() == kind.size() + 1 && range.ends_with('*') &&
      iequals(range.substr(0, kind.size()), kind))
    return 2;
  return range == "*/*" ? 1 : 0;
}

// By the range that names the type most closely; the best of those that do so alike.
int quality_of(const request& asked, std::string_view type) noexcept {
  bool is_said = false;
  int closest = 0;
  int quality = 0;
  for (const auto& field : asked.fields()) {
    if (field.id != http::field::accept) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      std::string_view parameters = take_element(rest);
      if (parameters.empty()) continue;
      is_said = true;
      const int found = closeness(take_element(parameters, ';'), type);
      if (found == 0 || found < closest) continue;
      quality = std::max(found > closest ? 0 : quality, quality_of(parameters));
      closest = found;
    }
  }
  return is_said ? quality : 1000;
}

std::string_view unquoted(std::string_view value) noexcept {
  value = trimmed(value);
  const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

std::optional<std::size_t> number_at_front(std::string_view& text) noexcept {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return number;
}

}  // namespace

std::optional<representation> accepted(const request& asked) noexcept {
  const int json = quality_of(asked, "application/json");
  const int csv = quality_of(asked, "text/csv");
  if (json == 0 && csv == 0) return std::nullopt;
  return csv > json ? representation::csv : representation::json;
}

bool prefers(const request& asked, std::string_view preference, std::string_view value) noexcept {
  for (const auto& field : asked.fields()) {
    if (!iequals(field.name, "Prefer")) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      std::string_view one = take_element(rest);
      std::string_view said = take_element(one, ';');
      if (iequals(take_element(said, '='), preference) && unquoted(said) == value) return true;
    }
  }
  return false;
}

std::optional<row_range> range_of(const request& asked) noexcept {
  const auto given = asked.field(http::field::range);
  if (!given || asked.method() != http::verb::get) return std::nullopt;
  std::string_view text = *given;
  if (constexpr std::string_view unit = "items="; iequals(text.substr(0, unit.size()), unit))
    text.remove_prefix(unit.size());
  const auto first = number_at_front(text);
  if (!first || !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  if (text.empty()) return row_range{*first, std::nullopt};
  const auto last = number_at_front(text);
  if (!last || !text.empty()) return std::nullopt;
  return row_range{*first, *last};
}

bool has_tag(const request& asked, std::string_view tag) noexcept {
  const auto opaque = [](std::string_view given) {
    if (constexpr std::string_view weak = "W/"; given.starts_with(weak))
      given.remove_prefix(weak.size());
    return given;
  };
  for (const auto& field : asked.fields()) {
    if (field.id != http::field::if_none_match) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      const std::string_view one = take_element(rest);
      if (opaque(one) == opaque(tag)) return true;
    }
  }
  return false;
}

bool has_already(const request& asked, std::string_view tag) noexcept {
  return has_tag(asked, tag) || has_tag(asked, "*");
}

}  // namespace server::endpoints
