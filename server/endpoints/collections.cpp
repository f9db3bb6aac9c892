#include "server/endpoints/collections.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <variant>

#include "server/character_classes.hpp"
#include "server/collections/page.hpp"
#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"

namespace server::endpoints {

namespace {

using collections::catalogue;
using collections::collection;
using collections::page;

// Appends `text` as it stands in a URL path, which is safe inside any JSON string as well.
void append_encoded(std::string_view text, arena::segment_buffer& to) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    const std::array<char, 3> escaped = {'%', hex[code >> 4], hex[code & 0xf]};
    to.append(unreserved_class(byte) ? std::string_view(&byte, 1)
                                     : std::string_view(escaped.data(), escaped.size()));
  }
}

// The collection that the path names. Null: `to` is the error.
const collection* collection_or_error(const request& asked, response& to, const catalogue& served) {
  const std::string_view name = asked.path_parameter("name");
  const collection* const found = served.find(name);
  if (found != nullptr) return found;
  write_error(
      {http::status::not_found, asked.join({"There is no collection ", asked.quoted(name), "."})},
      to);
  return nullptr;
}

void describe(const collection& one, arena::segment_buffer& to) {
  to.append(R"({"name":)");
  json::serialize(one.name(), to);
  to.append(R"(,"rows":)");
  to.append(json::decimal(one.size()));
  to.append(R"(,"id":)");
  one.id_member().empty() ? to.append("null") : json::serialize(one.id_member(), to);
  to.append(R"(,"href":"/collections/)");
  append_encoded(one.name(), to);
  to.append(R"("})");
}

void list_collections(response& to, const catalogue& served) {
  arena::segment_buffer& body = to.content_type("application/json").body();
  body.append(R"({"collections":[)");
  std::string_view separator;
  for (const auto& [name, one] : served.all()) {
    body.append(separator);
    describe(one, body);
    separator = ",";
  }
  body.append("]}\n");
}

void list_rows(const request& asked, response& to, const catalogue& served) {
  const collection* const from = collection_or_error(asked, to, served);
  if (from == nullptr) return;
  const auto limit =
      asked.query_number("limit", page::limit_default, std::size_t{0}, page::limit_max);
  if (const auto* wrong = std::get_if<problem>(&limit)) return write_error(*wrong, to);
  const auto offset =
      asked.query_number("offset", std::size_t{0}, std::size_t{0}, page::offset_max);
  if (const auto* wrong = std::get_if<problem>(&offset)) return write_error(*wrong, to);
  to.content_type("application/json").field("X-Total-Count", json::decimal(from->size()));
  arena::segment_buffer& body = to.body();
  std::string_view separator = "[";
  for (const auto& row : from->rows(
           {.offset = std::get<std::size_t>(offset), .limit = std::get<std::size_t>(limit)})) {
    body.append(separator);
    json::serialize(row, body);
    separator = ",";
  }
  body.append(body.empty() ? "[]\n" : "]\n");
}

void show_row(const request& asked, response& to, const catalogue& served) {
  const collection* const from = collection_or_error(asked, to, served);
  if (from == nullptr) return;
  const std::string_view id = asked.path_parameter("id");
  if (const boost::json::value* const row = from->find(id)) {
    json::serialize(*row, to.content_type("application/json").body());
    return to.body().append("\n");
  }
  write_error(
      {http::status::not_found, asked.join({"The collection ", asked.quoted(from->name()),
                                            " has no row with the id ", asked.quoted(id), "."})},
      to);
}

}  // namespace

void add_collections(router& routes, const collections::store& served) {
  routes.get("/collections",
             [&served](const request&, response& to) { list_collections(to, served.current()); });
  routes.get("/collections/{name}", [&served](const request& asked, response& to) {
    list_rows(asked, to, served.current());
  });
  routes.get("/collections/{name}/{id}", [&served](const request& asked, response& to) {
    show_row(asked, to, served.current());
  });
}

}  // namespace server::endpoints
