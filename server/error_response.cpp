#include "server/error_response.hpp"

#include <array>
#include <charconv>

#include "server/json/document.hpp"

namespace server {

void write_error(const problem& wrong, response& to) {
  std::array<char, 8> digits;
  const auto status = static_cast<unsigned>(wrong.status);
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), status).ptr;
  to.clear();
  to.status(wrong.status).content_type("application/problem+json");
  arena::segment_buffer& body = to.body();
  body.append(R"({"type":"about:blank","title":)");
  json::serialize(std::string_view(http::obsolete_reason(wrong.status)), body);
  body.append(R"(,"status":)");
  body.append({digits.data(), end});
  body.append(R"(,"detail":)");
  json::serialize(wrong.detail, body);
  body.append("}\n");
}

}  // namespace server
