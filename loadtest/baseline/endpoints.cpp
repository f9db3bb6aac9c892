#include "loadtest/baseline/endpoints.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "loadtest/baseline/http_date.hpp"

namespace baseline {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

constexpr std::int64_t items_max = 100'000;

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

// False unless `query` is count=N with N from 0 to items_max.
bool parse_count(std::string_view query, std::int64_t& count) {
  constexpr std::string_view name = "count=";
  if (!query.starts_with(name)) return false;
  const char* const end = query.data() + query.size();
  const auto [stopped, error] = std::from_chars(query.data() + name.size(), end, count);
  return error == std::errc{} && stopped == end && count >= 0 && count <= items_max;
}

string_response items_answer(const string_request& request, std::string_view query) {
  std::int64_t count = 0;
  if (parse_count(query, count)) return json_answer(request, items(count));
  return error_answer(http::status::bad_request, "count must be from 0 to 100000",
                      request.version());
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

  const bool is_echo = path == "/echo";
  if (!is_echo && path != "/plaintext" && path != "/json" && path != "/items") {
    return error_answer(http::status::not_found, "no such path", request.version());
  }
  const http::verb allowed = is_echo ? http::verb::post : http::verb::get;
  if (request.method() != allowed) return wrong_method(request, allowed);
  if (is_echo) return echo_answer(request);
  if (path == "/items") return items_answer(request, query);
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
