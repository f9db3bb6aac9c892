#include "server/endpoints/collections.hpp"

#include <memory_resource>
#include <string>
#include <string_view>

#include "server/character_classes.hpp"
#include "server/collections/answer_text.hpp"
#include "server/endpoints/entity_tag.hpp"
#include "server/endpoints/query_endpoint.hpp"
#include "server/error_response.hpp"
#include "server/json/writer.hpp"
#include "server/percent_encoding.hpp"

namespace server::endpoints {

namespace {

using collections::catalogue;
using collections::collection;

// As it stands in the path of a URL.
void append_encoded(std::string_view text, std::pmr::string& to) {
  for (const char byte : text) {
    if (unreserved_class(byte)) {
      to += byte;
    } else {
      const auto encoded = percent_encoded(byte);
      to.append(encoded.begin(), encoded.end());
    }
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

std::string_view type_of(const collections::column& one) noexcept {
  switch (one.kind()) {
    case collections::column_kind::boolean:
      return "boolean";
    case collections::column_kind::integer:
      return "integer";
    case collections::column_kind::real:
      return "real";
    case collections::column_kind::text:
      return "text";
    case collections::column_kind::document:
      return "json";
  }
  return {};
}

void describe(const collection& one, const request& asked, json::writer& to) {
  to.begin_object().member("name", one.name()).member("rows", one.size());
  to.key("id");
  if (const auto* const by = one.id_column())
    to.value(by->name());
  else
    to.value(nullptr);
  to.key("fields").begin_array();
  for (const auto& each : one.columns())
    to.begin_object().member("name", each.name()).member("type", type_of(each)).end_object();
  std::pmr::string href("/collections/", asked.memory());
  append_encoded(one.name(), href);
  to.end_array().member("href", std::string_view(href));
  to.end_object();
}

void list_collections(const request& asked, response& to, const catalogue& served) {
  {
    json::writer out(to.content_type("application/json").body());
    out.begin_object().key("collections").begin_array();
    for (const auto& [name, one] : served.all()) describe(one, asked, out);
    out.end_array().end_object();
  }
  to.body().append("\n");
}

void show_row(const request& asked, response& to, const catalogue& served) {
  const collection* const from = collection_or_error(asked, to, served);
  if (from == nullptr) return;
  const std::string_view id = asked.path_parameter("id");
  const auto row = from->find(id);
  if (!row)
    return write_error(
        {http::status::not_found, asked.join({"The collection ", asked.quoted(from->name()),
                                              " has no row with the id ", asked.quoted(id), "."})},
        to);
  const entity_tag tag(from->version(), representation::json);
  to.field("ETag", tag);
  if (has_already(asked, tag)) {
    to.status(http::status::not_modified);
    return;
  }
  write_row(*from, *row, to.content_type("application/json").body());
  to.body().append("\n");
}

}  // namespace

void add_collections(router& routes, const collections::store& served,
                     const collections::query_limits& limits) {
  routes.get("/collections", [&served](const request& asked, response& to) {
    list_collections(asked, to, served.current());
  });
  routes.get("/collections/{name}", [&served, limits](const request& asked, response& to) {
    if (const collection* const of = collection_or_error(asked, to, served.current()))
      answer_parameters(asked, to, *of, limits);
  });
  routes.post("/collections/{name}/query", [&served, limits](const request& asked, response& to) {
    if (const collection* const of = collection_or_error(asked, to, served.current()))
      answer_document(asked, to, *of, limits);
  });
  routes.get("/collections/{name}/{id}", [&served](const request& asked, response& to) {
    show_row(asked, to, served.current());
  });
}

}  // namespace server::endpoints
