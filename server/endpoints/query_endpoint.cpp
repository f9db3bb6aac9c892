#include "server/endpoints/query_endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "server/collections/answer.hpp"
#include "server/collections/answer_text.hpp"
#include "server/collections/content_hash.hpp"
#include "server/collections/plan.hpp"
#include "server/collections/query_parser.hpp"
#include "server/endpoints/entity_tag.hpp"
#include "server/endpoints/negotiation.hpp"
#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/json/utf8.hpp"

namespace server::endpoints {

namespace {

using collections::answer;
using collections::collection;
using collections::counting;
using collections::page;
using collections::query;
using collections::query_limits;
using collections::query_parser;
using collections::refusal;

problem bad_request(std::string_view detail) {
  return {http::status::bad_request, detail};
}

bool is_utf8(std::string_view text) noexcept {
  return json::valid_utf8_bytes(text) == text.size();
}

// The rows that Range asks for, unless the query says limit or offset itself.
std::optional<problem> take_range(const request& asked, query& to) {
  const auto range = range_of(asked);
  if (!range || to.says_page) return std::nullopt;
  if (range->last && *range->last < range->first)
    return problem{http::status::range_not_satisfiable,
                   "The last row of the range is before its first."};
  to.rows.offset = std::min(range->first, page::offset_max);
  to.rows.limit = page::limit_max;
  if (range->last) to.rows.limit = std::min(*range->last - range->first, page::limit_max - 1) + 1;
  return std::nullopt;
}

std::optional<problem> problem_of(refusal why, const request& asked, const query_limits& limits) {
  switch (why) {
    case refusal::none:
      return std::nullopt;
    case refusal::too_many_rows:
      return problem{http::status::unprocessable_entity,
                     asked.join({"The query looks at more than ", json::decimal(limits.rows_max),
                                 " rows, the most that this server allows."})};
    case refusal::out_of_time:
      break;
  }
  return problem{http::status::service_unavailable,
                 asked.join({"The query takes longer than ", json::decimal(limits.time_max.count()),
                             " ms, the most that this server allows."}),
                 std::chrono::seconds(1)};
}

// "0-24/573", with * for what is empty or unknown.
void add_content_range(const request& asked, const answer& rows, response& to) {
  const std::size_t first = rows.of().rows.offset;
  const std::string_view total =
      rows.total() ? asked.join({json::decimal(*rows.total())}) : std::string_view("*");
  const std::string_view range =
      rows.size() == 0 ? asked.join({"*/", total})
                       : asked.join({json::decimal(first), "-",
                                     json::decimal(first + rows.size() - 1), "/", total});
  to.field("Content-Range", range);
}

// As PostgREST has it: a part is told as one only to those who asked for the total.
http::status status_of(const answer& rows, counting how) noexcept {
  if (how != counting::exact || !rows.total()) return http::status::ok;
  if (rows.of().rows.offset > *rows.total()) return http::status::range_not_satisfiable;
  return rows.size() < *rows.total() ? http::status::partial_content : http::status::ok;
}

void write(const answer& rows, representation as, const request& asked, response& to) {
  if (as == representation::csv) {
    write_csv(rows, asked.memory(), to.content_type("text/csv; charset=utf-8").body());
  } else {
    write_json(rows, asked.memory(), to.content_type("application/json").body());
  }
}

counting counting_of(const request& asked) noexcept {
  return prefers(asked, "count", "exact") ? counting::exact : counting::where_it_is_free;
}

// Of the answer to this very query from these data: whoever has it got it for the same question.
entity_tag tag_of(const request& asked, const collection& of, representation as) noexcept {
  const auto hash = collections::content_hash;
  const std::uint64_t question = hash(asked.target()) ^
                                 hash(asked.field(http::field::range).value_or("")) * 2 ^
                                 static_cast<std::uint64_t>(counting_of(asked));
  return {of.version() ^ question, as};
}

void not_modified(std::string_view tag, response& to) {
  to.status(http::status::not_modified).field("ETag", tag);
}

// If-None-Match counts only where the answer would be rows (RFC 9110, section 13.2.1). Who has this
// tag got rows for the same question, which so need not be looked for; who says "*" may not have.
void run(const request& asked, response& to, const collection& of, const query& wanted,
         representation as, const query_limits& limits) {
  collections::planner planning(of, asked.memory());
  if (!planning.make(wanted)) return write_error(bad_request(planning.error()), to);
  const bool is_get = asked.method() != http::verb::post;
  const entity_tag tag = tag_of(asked, of, as);
  if (is_get && has_tag(asked, tag)) return not_modified(tag, to);
  const counting how = counting_of(asked);
  answer rows(planning.made(), asked.memory());
  if (const auto wrong = problem_of(rows.find(limits, how), asked, limits))
    return write_error(*wrong, to);
  const http::status status = status_of(rows, how);
  if (status == http::status::range_not_satisfiable) {
    write_error({status, "The first row asked for is behind the last that there is."}, to);
  } else {
    if (is_get && has_already(asked, tag)) return not_modified(tag, to);
    if (is_get) to.field("ETag", tag);
    write(rows, as, asked, to.status(status));
  }
  add_content_range(asked, rows, to);
}

// What the client takes, or nullopt where `to` already is the answer.
std::optional<representation> negotiate(const request& asked, response& to) {
  to.field("Vary", "Accept, Prefer, Range");
  const auto as = accepted(asked);
  if (!as)
    write_error({http::status::not_acceptable, "There is application/json and text/csv."}, to);
  return as;
}

}  // namespace

void answer_parameters(const request& asked, response& to, const collection& of,
                       const query_limits& limits) {
  query_parser parsing(asked.memory());
  for (const auto& [name, value] : asked.query_parameters()) {
    if (!is_utf8(name) || !is_utf8(value))
      return write_error(bad_request("The query is not UTF-8."), to);
    if (!parsing.take(name, value)) return write_error(bad_request(parsing.error()), to);
  }
  if (const auto wrong = take_range(asked, parsing.parsed())) return write_error(*wrong, to);
  if (const auto as = negotiate(asked, to)) run(asked, to, of, parsing.parsed(), *as, limits);
}

void answer_document(const request& asked, response& to, const collection& of,
                     const query_limits& limits) {
  const auto body = asked.json();
  if (const auto* wrong = std::get_if<problem>(&body)) return write_error(*wrong, to);
  query_parser parsing(asked.memory());
  if (!parsing.take_document(std::get<boost::json::value>(body)))
    return write_error(bad_request(parsing.error()), to);
  if (const auto as = negotiate(asked, to)) run(asked, to, of, parsing.parsed(), *as, limits);
}

}  // namespace server::endpoints
