#include "server/endpoints/work.hpp"

#include <string_view>
#include <variant>

#include <boost/describe/class.hpp>

#include "server/endpoints/fortune_texts.hpp"
#include "server/endpoints/fortunes.hpp"
#include "server/endpoints/items.hpp"
#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"
#include "server/json/writer.hpp"

namespace server::endpoints {

namespace {

struct greeting {
  std::string_view message;
};
BOOST_DESCRIBE_STRUCT(greeting, (), (message))

void plaintext(const request&, response& to) {
  to.content_type("text/plain").body().append("Hello, World!");
}

void hello_json(const request&, response& to) {
  json::writer(to.content_type("application/json").body()).value(greeting{"Hello, World!"});
}

enum class way { document, writer };

std::variant<way, problem> way_of(const request& asked) {
  const std::string_view via = asked.query_parameter("via").value_or("document");
  if (via == "document") return way::document;
  if (via == "writer") return way::writer;
  return problem{http::status::bad_request,
                 asked.join({"The query parameter via must be document or writer, not ",
                             asked.quoted(via), "."})};
}

void items(const request& asked, response& to) {
  const auto count =
      json::parse_decimal(asked.query_parameter("count").value_or(""), items_count_max);
  if (!count)
    return write_error(
        {http::status::bad_request, "The query must hold count, a whole number from 0 to 100000."},
        to);
  const auto via = way_of(asked);
  if (const auto* wrong = std::get_if<problem>(&via)) return write_error(*wrong, to);
  const auto wanted = static_cast<std::int64_t>(*count);
  if (std::get<way>(via) == way::writer)
    write_items(wanted, to.body());
  else
    json::serialize(make_items(wanted, asked.json_storage()), to.body());
  to.content_type("application/json");
}

void fortunes(const request& asked, response& to) {
  const auto rows =
      asked.query_number("rows", fortunes_rows_default, std::size_t{0}, fortunes_rows_max);
  if (const auto* wrong = std::get_if<problem>(&rows)) return write_error(*wrong, to);
  write_fortunes(std::get<std::size_t>(rows), asked.memory(),
                 to.content_type("text/html; charset=utf-8").body());
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
  routes.get("/fortunes", fortunes);
  routes.post("/echo", echo);
}

}  // namespace server::endpoints
