#include "server/request.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <boost/beast/core/string.hpp>

#include "server/json/decimal.hpp"
#include "server/json/document.hpp"
#include "server/request_target.hpp"

namespace server {

namespace {

// "The body is not JSON; at byte OFFSET: REASON", at the end of `to`.
std::string_view describe(const json::parse_error& error, arena::segment_buffer& to) {
  std::array<char, 128> reason_text;
  const json::decimal offset(error.offset_bytes);
  const std::array<std::string_view, 4> pieces = {
      "The body is not JSON; at byte ", offset, ": ",
      error.reason.message(reason_text.data(), reason_text.size())};
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  char* const begin = to.prepare(bytes).data();
  char* end = begin;
  for (const std::string_view piece : pieces) end = std::copy(piece.begin(), piece.end(), end);
  to.commit(bytes);
  return {begin, end};
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
    if (percent_decode(pair.substr(0, equals), plus_sign::space, texts_) != name) continue;
    if (equals == std::string_view::npos) return std::string_view();
    return percent_decode(pair.substr(equals + 1), plus_sign::space, texts_);
  }
  return std::nullopt;
}

std::variant<boost::json::value, problem> request::json() const {
  try {
    auto parsed = json::parse(body_, json_storage());
    if (auto* error = std::get_if<json::parse_error>(&parsed))
      return problem{http::status::bad_request, describe(*error, texts_)};
    return std::move(std::get<boost::json::value>(parsed));
  } catch (const arena::allocation_limit_exceeded&) {
    memory_->open_reserve();  // for the answer that says so
    return problem{http::status::payload_too_large,
                   "The body's document needs more memory than a request may use."};
  }
}

}  // namespace server
