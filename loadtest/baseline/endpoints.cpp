#include "loadtest/baseline/endpoints.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "loadtest/baseline/fortunes.hpp"
#include "loadtest/baseline/http_date.hpp"
#include "server/endpoints/fortune_texts.hpp"

namespace baseline {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

constexpr std::size_t items_max = 100'000;

string_response make(http::status status, unsigned version, std::string_view type,
                     std::string body) {
  string_response result(status, version);
  result.set(http::field::server, "baseline-server");
  result.set(http::field::date, http_date());
  result.set(http::field::content_type, {type.data(), type.size()});
  result.body() = std::move(body);
  result.prepare_payload();
  return result;
}

string_response json_answer(const string_request& request, const json::value& document) {
  return make(http::status::ok, request.version(), "application/json", json::serialize(document));
}

json::object item(std::int64_t i) {
  const std::string number = std::to_string(i);
  json::object nested;
  nested.reserve(3);
  nested.emplace("x", i);
  nested.emplace("y", 2 * i);
  nested.emplace("label", "label-" + number);
  json::object result;
  result.reserve(6);
  result.emplace("id", i);
  result.emplace("name", "item-" + number);
  result.emplace("price", static_cast<double>(i) * 1.25);
  result.emplace("tags", json::array{"red", "green", "blue"});
  result.emplace("active", i % 2 == 0);
  result.emplace("nested", std::move(nested));
  return result;
}

json::value items(std::int64_t count) {
  json::array list;
  list.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) list.emplace_back(item(i));
  json::object document;
  document.reserve(2);
  document.emplace("count", count);
  document.emplace("items", std::move(list));
  return document;
}

// The value of the first parameter of that name, undecoded: numbers and plain words need no more.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return std::nullopt;
}

std::optional<std::size_t> parse_number(std::string_view text, std::size_t most) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end || number > most) return std::nullopt;
  return number;
}

// Boost.JSON has one way to write, a document; that is what via=writer is compared with.
string_response items_answer(const string_request& request, std::string_view query) {
  const auto count = parse_number(parameter(query, "count").value_or(""), items_max);
  if (!count)
    return error_answer(http::status::bad_request, "count must be from 0 to 100000",
                        request.version());
  const std::string_view via = parameter(query, "via").value_or("document");
  if (via != "document" && via != "writer")
    return error_answer(http::status::bad_request, "via must be document or writer",
                        request.version());
  return json_answer(request, items(static_cast<std::int64_t>(*count)));
}

string_response fortunes_answer(const string_request& request, std::string_view query) {
  const auto given = parameter(query, "rows");
  const auto rows = given ? parse_number(*given, server::endpoints::fortunes_rows_max)
                          : server::endpoints::fortunes_rows_default;
  if (!rows)
    return error_answer(http::status::bad_request, "rows must be from 0 to 10000",
                        request.version());
  return make(http::status::ok, request.version(), "text/html; charset=utf-8",
              fortunes_page(*rows));
}

bool is_known(std::string_view path) {
  return path == "/plaintext" || path == "/json" || path == "/items" || path == "/fortunes" ||
         path == "/echo";
}

string_response echo_answer(const string_request& request) {
  boost::system::error_code error;
  const json::value document = json::parse(request.body(), error);
  if (!error) return json_answer(request, document);
  return error_answer(http::status::bad_request, "not JSON: " + error.message(), request.version());
}

string_response wrong_method(const string_request& request, http::verb allowed) {
  string_response result =
      error_answer(http::status::method_not_allowed, "method not allowed here", request.version());
  result.set(http::field::allow, http::to_string(allowed));
  return result;
}

string_response route(const string_request& request) {
  const std::string_view target(request.target().data(), request.target().size());
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  const std::string_view query =
      question == target.npos ? std::string_view{} : target.substr(question + 1);

  if (!is_known(path))
    return error_answer(http::status::not_found, "no such path", request.version());
  const bool is_echo = path == "/echo";
  const http::verb allowed = is_echo ? http::verb::post : http::verb::get;
  if (request.method() != allowed) return wrong_method(request, allowed);
  if (is_echo) return echo_answer(request);
  if (path == "/items") return items_answer(request, query);
  if (path == "/fortunes") return fortunes_answer(request, query);
  if (path == "/json") return json_answer(request, json::object{{"message", "Hello, World!"}});
  return make(http::status::ok, request.version(), "text/plain", "Hello, World!");
}

}  // namespace

string_response answer(const string_request& request) {
  string_response result = route(request);
  result.keep_alive(request.keep_alive());
  return result;
}

string_response error_answer(http::status status, const std::string& reason, unsigned version) {
  return make(status, version, "application/json",
              json::serialize(json::object{{"error", reason}}));
}

}  // namespace baseline
