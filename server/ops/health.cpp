#include "server/ops/health.hpp"

#include "server/error_response.hpp"

namespace server::ops {

namespace {

constexpr problem not_serving = {http::status::service_unavailable,
                                 "The server is starting or stopping."};
constexpr problem a_thread_hangs = {http::status::service_unavailable, "A thread hangs."};

}  // namespace

void add_health(router& routes, const readiness& ready, const statistics& counted,
                std::chrono::milliseconds stall) {
  const auto hangs = [&ready, &counted, stall] {
    return ready.ready() && counted.longest_without_turn() > stall;
  };
  routes.get("/livez", [hangs](const request&, response& to) {
    if (hangs()) return write_error(a_thread_hangs, to);
    to.content_type("application/json").body().append("{\"status\":\"alive\"}\n");
  });
  routes.get("/readyz", [&ready, hangs](const request&, response& to) {
    if (!ready.ready()) return write_error(not_serving, to);
    if (hangs()) return write_error(a_thread_hangs, to);
    to.content_type("application/json").body().append("{\"status\":\"ready\"}\n");
  });
}

}  // namespace server::ops
