// lab-server: arena-server with more endpoints, an aged heap if wanted, and regressions on purpose.
// For measurements alone: never deployed.
#include <atomic>
#include <cstddef>
#include <exception>
#include <iostream>
#include <vector>

#include <spdlog/spdlog.h>

#include "loadtest/heap_aging/heap_aging.hpp"
#include "loadtest/server/endpoints.hpp"
#include "loadtest/server/flags.hpp"
#include "server/program.hpp"

namespace {

// On the threads that serve, since glibc gives each an arena of its own; main's is not measured.
void age_heaps(server::http_server& running) {
  static std::atomic<unsigned> threads = 0;
  static std::atomic<std::size_t> kept_bytes = 0;
  running.on_each_thread([] {
    kept_bytes += heap_aging::age().kept_bytes;
    ++threads;
  });
  spdlog::info("heaps of {} threads aged, {} MiB stay", threads.load(), kept_bytes.load() >> 20);
}

int run(std::vector<const char*> arguments) {
  const lab_server::flags wanted = lab_server::take_flags(arguments);
  if (wanted.help) std::cout << lab_server::flags_help;
  server::program lab{.name = "lab-server",
                      .extend =
                          [&](server::router& routes) {
                            lab_server::add_endpoints(routes);
                            lab_server::add_spin(routes, wanted.spin_iterations);
                          },
                      .prepare =
                          [&](server::http_server& running) {
                            if (wanted.age_heap) age_heaps(running);
                          }};
  return server::run(static_cast<int>(arguments.size()), arguments.data(), lab);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv, argv + argc});
  } catch (const std::exception& failure) {
    std::cerr << "lab-server: " << failure.what() << "\n";
    return 2;
  }
}
