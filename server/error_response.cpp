#include "server/error_response.hpp"

#include <cstdint>

#include "server/json/decimal.hpp"
#include "server/json/document.hpp"

namespace server {

void write_error(const problem& wrong, response& to) {
  to.clear();
  to.status(wrong.status).content_type("application/problem+json");
  if (wrong.retry_after.count() > 0)
    to.field("Retry-After", json::decimal(static_cast<std::uint64_t>(wrong.retry_after.count())));
  arena::segment_buffer& body = to.body();
  body.append(R"({"type":"about:blank","title":)");
  json::serialize(std::string_view(http::obsolete_reason(wrong.status)), body);
  body.append(R"(,"status":)");
  body.append(json::decimal(static_cast<unsigned>(wrong.status)));
  body.append(R"(,"detail":)");
  json::serialize(wrong.detail, body);
  body.append("}\n");
}

}  // namespace server
