#include "server/endpoints/work.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "server/endpoints/items.hpp"
#include "server/error_response.hpp"
#include "server/json/document.hpp"

namespace server::endpoints {

namespace {

// Digits only, 0 to items_count_max.
std::optional<std::int64_t> parse_count(std::string_view text) noexcept {
  std::int64_t count = -1;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  if (count < 0 || count > items_count_max) return std::nullopt;
  return count;
}

void plaintext(const request&, response& to) {
  to.content_type("text/plain").body().append("Hello, World!");
}

void hello_json(const request& asked, response& to) {
  const boost::json::value hello(
      boost::json::object({{"message", "Hello, World!"}}, asked.json_storage()),
      asked.json_storage());
  json::serialize(hello, to.body());
  to.content_type("application/json");
}

void items(const request& asked, response& to) {
  const auto count = parse_count(asked.query_parameter("count").value_or(""));
  if (!count)
    return write_error(
        {http::status::bad_request, "The query must hold count, a whole number from 0 to 100000."},
        to);
  json::serialize(make_items(*count, asked.json_storage()), to.body());
  to.content_type("application/json");
}

void echo(const request& asked, response& to) {
  const auto body = asked.json();
  if (const auto* wrong = std::get_if<problem>(&body)) return write_error(*wrong, to);
  json::serialize(std::get<boost::json::value>(body), to.body());
  to.content_type("application/json");
}

}  // namespace

void add_work(router& routes) {
  routes.get("/plaintext", plaintext);
  routes.get("/json", hello_json);
  routes.get("/items", items);
  routes.post("/echo", echo);
}

}  // namespace server::endpoints
