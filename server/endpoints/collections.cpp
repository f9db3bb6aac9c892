#include "server/endpoints/collections.hpp"

#include <array>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>

#include "server/collections/page.hpp"
#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"

namespace server::endpoints {

namespace {

using collections::catalogue;
using collections::collection;
using collections::page;

// What stands as it is in a URL path (RFC 3986, section 2.3).
bool is_unreserved(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

// Appends `text` as it stands in a URL path, which is safe inside any JSON string as well.
template <class Text>
void append_encoded(std::string_view text, Text& to) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    const std::array<char, 3> escaped = {'%', hex[code >> 4], hex[code & 0xf]};
    to.append(is_unreserved(byte) ? std::string_view(&byte, 1)
                                  : std::string_view(escaped.data(), escaped.size()));
  }
}

// One sentence for a problem, in the request's memory.
class sentence {
 public:
  explicit sentence(const request& asked) : text_(asked.memory()) { text_.reserve(512); }

  sentence& add(std::string_view words) {
    text_.append(words);
    return *this;
  }
  // What the client sent: encoded, since it may be no UTF-8, and cut, since it may be long.
  sentence& add_quoted(std::string_view given) {
    constexpr std::size_t shown_bytes = 64;
    text_.push_back('"');
    append_encoded(given.substr(0, shown_bytes), text_);
    text_.append(given.size() > shown_bytes ? "...\"" : "\"");
    return *this;
  }
  std::string_view view() const noexcept { return text_; }

 private:
  std::pmr::string text_;
};

// The query parameter of that name, or `otherwise` if there is none. Nullopt: `to` is the error.
std::optional<std::size_t> number_or_error(const request& asked, response& to,
                                           std::string_view name, std::size_t otherwise,
                                           std::size_t max) {
  const auto given = asked.query_parameter(name);
  if (!given) return otherwise;
  if (const auto number = json::parse_decimal(*given, max)) return number;
  sentence detail(asked);
  detail.add("The query parameter ").add(name).add(" must be a whole number from 0 to ");
  detail.add(json::decimal(max)).add(", not ").add_quoted(*given).add(".");
  write_error({http::status::bad_request, detail.view()}, to);
  return std::nullopt;
}

// The collection that the path names. Null: `to` is the error.
const collection* collection_or_error(const request& asked, response& to, const catalogue& served) {
  const std::string_view name = asked.path_parameter("name");
  const collection* const found = served.find(name);
  if (found != nullptr) return found;
  sentence detail(asked);
  detail.add("There is no collection ").add_quoted(name).add(".");
  write_error({http::status::not_found, detail.view()}, to);
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
  const auto limit = number_or_error(asked, to, "limit", page::limit_default, page::limit_max);
  if (!limit) return;
  const auto offset = number_or_error(asked, to, "offset", 0, page::offset_max);
  if (!offset) return;
  to.content_type("application/json").field("X-Total-Count", json::decimal(from->size()));
  arena::segment_buffer& body = to.body();
  std::string_view separator = "[";
  for (const auto& row : from->rows({.offset = *offset, .limit = *limit})) {
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
  sentence detail(asked);
  detail.add("The collection ").add_quoted(from->name()).add(" has no row with the id ");
  detail.add_quoted(id).add(".");
  write_error({http::status::not_found, detail.view()}, to);
}

}  // namespace

void add_collections(router& routes, const collections::catalogue& served) {
  routes.get("/collections",
             [&served](const request&, response& to) { list_collections(to, served); });
  routes.get("/collections/{name}",
             [&served](const request& asked, response& to) { list_rows(asked, to, served); });
  routes.get("/collections/{name}/{id}",
             [&served](const request& asked, response& to) { show_row(asked, to, served); });
}

}  // namespace server::endpoints
