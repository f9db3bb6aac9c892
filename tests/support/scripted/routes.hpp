// Handlers and middleware that do what a real program's may: throw, take much memory, answer later,
// read typed parameters. And a log of the requests that were handled, beside the server's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/completion.hpp"
#include "server/request.hpp"
#include "server/response.hpp"
#include "server/router.hpp"

namespace scripted {

/// One that was answered by routes and middleware, well or badly.
struct handled_request {
  server::http::verb method;
  std::string path;  ///< decoded
};

/// What the handlers keep between turns. Owned by the server; outlives the routes' use.
class handler_state {
 public:
  std::vector<handled_request> handled;

  void record(const server::request& asked);
  bool is_held() const noexcept { return held_.has_value(); }
  void hold(server::response& to, server::completion done);
  /// The handler that answers later does so now; there must be one.
  void answer();
  /// It gives up instead.
  void drop();

 private:
  server::response* answer_to_ = nullptr;
  std::optional<server::completion> held_;
};

/// Adds the middleware and the routes for tests: /throw/{what}, /greedy?bytes=, /later/{how},
/// /things/{name}/{number}, /status/{number}, /close. Lifetime: `state` must outlive the routes.
void add_test_routes(server::router& routes, handler_state& state);

}  // namespace scripted
