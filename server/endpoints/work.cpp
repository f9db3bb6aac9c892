#include "server/endpoints/work.hpp"

#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "server/endpoints/items.hpp"
#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"

namespace server::endpoints {

namespace {

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
  const auto count =
      json::parse_decimal(asked.query_parameter("count").value_or(""), items_count_max);
  if (!count)
    return write_error(
        {http::status::bad_request, "The query must hold count, a whole number from 0 to 100000."},
        to);
  json::serialize(make_items(static_cast<std::int64_t>(*count), asked.json_storage()), to.body());
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
