#include "server/request.hpp"

#include <algorithm>
#include <cstddef>

#include <boost/beast/core/string.hpp>

#include "server/character_classes.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"
#include "server/percent_encoding.hpp"
#include "server/request_target.hpp"

namespace server {

namespace {

// application/json, or a type with the suffix +json (RFC 6839, section 3.1); parameters follow.
bool is_json(std::string_view media_type) noexcept {
  const std::string_view type = trimmed(media_type.substr(0, media_type.find(';')));
  constexpr std::string_view suffix = "+json";
  return boost::beast::iequals(type, "application/json") ||
         (type.size() > suffix.size() &&
          boost::beast::iequals(type.substr(type.size() - suffix.size()), suffix));
}

// As the client wrote it.
struct raw_parameter {
  std::string_view name;
  std::string_view value;
};

raw_parameter take_parameter(std::string_view& query) noexcept {
  const std::string_view pair = query.substr(0, query.find('&'));
  query.remove_prefix(std::min(pair.size() + 1, query.size()));
  const std::size_t equals = std::min(pair.find('='), pair.size());
  return {pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size()))};
}

}  // namespace

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
  for (const auto& given : path_parameters_) {
    if (given.name == name) return given.value;
  }
  return {};
}

std::optional<std::string_view> request::query_parameter(std::string_view name) const {
  for (std::string_view rest = query_; !rest.empty();) {
    const raw_parameter next = take_parameter(rest);
    if (percent_decode(next.name, plus_sign::space, texts_) == name)
      return percent_decode(next.value, plus_sign::space, texts_);
  }
  return std::nullopt;
}

std::pmr::vector<parameter> request::query_parameters() const {
  std::pmr::vector<parameter> all(memory());
  for (std::string_view rest = query_; !rest.empty();) {
    const raw_parameter next = take_parameter(rest);
    if (next.name.empty() && next.value.empty()) continue;
    all.push_back({percent_decode(next.name, plus_sign::space, texts_),
                   percent_decode(next.value, plus_sign::space, texts_)});
  }
  return all;
}

std::string_view request::join(std::initializer_list<std::string_view> pieces) const {
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  char* const begin = texts_.prepare(bytes).data();
  char* end = begin;
  for (const std::string_view piece : pieces) end = std::copy(piece.begin(), piece.end(), end);
  texts_.commit(bytes);
  return {begin, end};
}

std::string_view request::quoted(std::string_view given) const {
  constexpr std::size_t shown_bytes = 64;
  constexpr std::string_view more = "...";
  char* const begin = texts_.prepare(3 * shown_bytes + more.size() + 2).data();
  char* end = begin;
  *end++ = '"';
  for (const char byte : given.substr(0, shown_bytes)) {
    if (unreserved_class(byte))
      *end++ = byte;
    else
      end = std::ranges::copy(percent_encoded(byte), end).out;
  }
  if (given.size() > shown_bytes) end = std::copy(more.begin(), more.end(), end);
  *end++ = '"';
  texts_.commit(static_cast<std::size_t>(end - begin));
  return {begin, end};
}

problem request::bad_number(std::string_view place, std::string_view name, std::string_view given,
                            std::string_view least, std::string_view most,
                            std::string_view kind) const {
  return {http::status::bad_request,
          join({"The ", place, " parameter ", name, " must be ", kind, " from ", least, " to ",
                most, ", not ", quoted(given), "."})};
}

std::variant<boost::json::value, problem> request::json() const {
  if (const auto type = field(http::field::content_type); type && !is_json(*type))
    return problem{
        http::status::unsupported_media_type,
        "The body must be JSON by its Content-Type, application/json or one with +json."};
  try {
    auto parsed = json::parse(body_, json_storage());
    if (const auto* error = std::get_if<json::parse_error>(&parsed))
      return problem{http::status::bad_request,
                     join({"The body is not JSON: at byte ", json::decimal(error->offset_bytes),
                           ", expected ", error->expected, "."})};
    return std::move(std::get<boost::json::value>(parsed));
  } catch (const arena::allocation_limit_exceeded&) {
    memory_->open_reserve();  // for the answer that says so
    return problem{http::status::payload_too_large,
                   "The body's document needs more memory than a request may use."};
  }
}

}  // namespace server
