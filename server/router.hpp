// Which handler answers which path. Filled once before the server starts, then read by all threads
// without locks; matching allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/request.hpp"
#include "server/response.hpp"

namespace server {

/// Answers one request. Runs on the connection's thread and must not block. What it throws becomes
/// a 500, and a spent memory budget a 503.
using handler = std::function<void(const request&, response&)>;

struct route {
  http::verb method;
  std::string pattern;  ///< as it was given: the endpoint's name in statistics
  std::vector<std::string> parameter_names;
  handler handle;
  std::size_t index;  ///< in the order of registration
};

class router {
 public:
  router();

  /// Serves `pattern`, segments divided by '/', each a literal or `{name}`, which stands for any
  /// one segment. Literals win over parameters. GET serves HEAD as well.
  /// Throws std::invalid_argument for a pattern that is malformed, ambiguous or there already.
  router& add(http::verb method, std::string_view pattern, handler handle);
  router& get(std::string_view pattern, handler handle) {
    return add(http::verb::get, pattern, std::move(handle));
  }
  router& post(std::string_view pattern, handler handle) {
    return add(http::verb::post, pattern, std::move(handle));
  }

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
  using segments = std::array<std::string_view, 2 * request::path_parameters_max>;

  const node* find(const node& from, const segments& path, std::size_t count, std::size_t at,
                   request& asked) const;

  std::shared_ptr<node> root_;
  std::vector<std::unique_ptr<route>> routes_;
};

}  // namespace server
