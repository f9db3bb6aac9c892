#include "server/ops/health.hpp"

#include "server/error_response.hpp"

namespace server::ops {

void add_health(router& routes, const readiness& ready, const statistics& counted,
                std::chrono::milliseconds stall) {
  routes.get("/livez", [&ready, &counted, stall](const request&, response& to) {
    if (ready.ready() && counted.longest_without_turn() > stall)
      return write_error({http::status::service_unavailable, "A thread hangs."}, to);
    to.content_type("application/json").body().append("{\"status\":\"alive\"}\n");
  });
  routes.get("/readyz", [&ready](const request&, response& to) {
    if (!ready.ready())
      return write_error({http::status::service_unavailable, "The server is stopping."}, to);
    to.content_type("application/json").body().append("{\"status\":\"ready\"}\n");
  });
}

}  // namespace server::ops
