#include "server/error_response.hpp"

#include "server/json/decimal.hpp"
#include "server/json/document.hpp"

namespace server {

void write_error(const problem& wrong, response& to) {
  to.clear();
  to.status(wrong.status).content_type("application/problem+json");
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
