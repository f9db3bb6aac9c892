// arena-server as a program: its settings from the command line, its data, its routes, its signals.
// What main() calls, and what a program calls that is arena-server with something more. Runs on the
// main thread until SIGTERM or SIGINT; must be called once in a process.
#pragma once

#include <functional>
#include <string_view>

#include "server/http_server.hpp"
#include "server/router.hpp"

namespace server {

/// What a program has beside arena-server's.
struct program {
  std::string_view name = "arena-server";  ///< in its log and on standard error
  /// Adds routes and hooks, when all of arena-server's are there.
  std::function<void(router&)> extend = [](router&) {};
  /// Called when the threads run, before the log says that the server is ready.
  std::function<void(http_server&)> prepare = [](http_server&) {};
};

/// Reads the command line, serves, and returns the exit status: 0 when it was told to stop, 2 for a
/// mistake on the command line, 1 for what else went wrong, which standard error then says.
int run(int argc, const char* const* argv, const program& parts = {});

}  // namespace server
