// Which handler answers which path. Filled once before the server starts, then read by all threads
// without locks; matching takes memory of the request alone.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/completion.hpp"
#include "server/request.hpp"
#include "server/response.hpp"

namespace server {

/// Answers one request. Runs on the connection's thread and must not block. What it throws becomes
/// a 500, and a spent memory budget a 503.
using handler = std::function<void(const request&, response&)>;
/// Answers when it calls its completion: now, or later and on any thread. What it throws becomes a
/// 500, once its completion has been called or dropped. On another thread it may use the request's
/// memory, and so the response, with every strategy but pool, whose resource is the thread's.
using later_handler = std::function<void(const request&, response&, completion)>;

/// Middleware. Runs on the connection's thread for each well-formed request, routed or not.
enum class verdict { go_on, answered };
using before_hook = std::function<verdict(request&, response&)>;
using after_hook = std::function<void(const request&, response&)>;

struct route {
  http::verb method;
  std::string pattern;  ///< as it was given: the endpoint's name in statistics
  std::vector<std::string> parameter_names;
  handler handle;              ///< empty if the route has handle_later
  later_handler handle_later;  ///< empty if the route has handle
  std::size_t index;           ///< in the order of registration
};

class router {
 public:
  router();

  /// Serves `pattern`, segments divided by '/', each a literal or `{name}`, which stands for any
  /// one segment. Literals win over parameters. GET serves HEAD as well, and OPTIONS is answered
  /// with what is served.
  /// Throws std::invalid_argument for a pattern that is malformed, ambiguous or there already.
  router& add(http::verb method, std::string_view pattern, handler handle) {
    return add_route(method, pattern, std::move(handle), {});
  }
  router& add(http::verb method, std::string_view pattern, later_handler handle) {
    return add_route(method, pattern, {}, std::move(handle));
  }
  template <class Handler>
  router& get(std::string_view pattern, Handler handle) {
    return add(http::verb::get, pattern, std::move(handle));
  }
  template <class Handler>
  router& post(std::string_view pattern, Handler handle) {
    return add(http::verb::post, pattern, std::move(handle));
  }

  /// Runs `hook` before handlers, in the order of registration; one that answers ends the sequence.
  router& before(before_hook hook);
  /// Runs `hook` when the response is there, errors included, before its head is made.
  router& after(after_hook hook);
  const std::vector<before_hook>& before() const noexcept { return before_; }
  const std::vector<after_hook>& after() const noexcept { return after_; }

  struct match_result {
    const route* found = nullptr;  ///< null: nothing is served there, or not by that method
    std::string_view allow;        ///< value of the Allow field; empty: nothing is served there
  };
  /// Finds the request's route and gives the request its path parameters.
  /// Lifetime: the result as the router's.
  match_result match(request& asked) const;

  const std::vector<std::unique_ptr<route>>& routes() const noexcept { return routes_; }

 private:
  struct node;
  router& add_route(http::verb method, std::string_view pattern, handler now, later_handler later);
  node& place_of(std::string_view pattern, std::vector<std::string>& parameter_names);

  using segments = std::array<std::string_view, 2 * request::path_parameters_max>;

  const node* find(request& asked) const;
  const node* find(const node& from, const segments& path, std::size_t count, std::size_t at,
                   request& asked) const;

  std::shared_ptr<node> root_;
  std::vector<std::unique_ptr<route>> routes_;
  std::vector<std::pair<std::string_view, const node*>> literals_;  // patterns without parameters
  std::string allow_;  // every method that is served anywhere
  std::vector<before_hook> before_;
  std::vector<after_hook> after_;
};

}  // namespace server
