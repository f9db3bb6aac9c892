// arena-server: reads its settings, loads its data, serves until SIGTERM or SIGINT.
#include <csignal>
#include <exception>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "server/collections/catalogue.hpp"
#include "server/config.hpp"
#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/http_server.hpp"
#include "server/ops/health.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/stats.hpp"
#include "server/router.hpp"

namespace {

// Blocks until the process is told to stop, then has the server drain. A second signal ends it.
void wait_for_stop(boost::asio::signal_set& signals, boost::asio::io_context& context,
                   server::http_server& running) {
  signals.async_wait([&](boost::system::error_code failure, int number) {
    if (failure) return;
    spdlog::info("signal {}: draining", number);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    running.drain();
  });
  context.run();
}

int serve(const server::config& settings) {
  server::ops::start_logging(settings);
  // Before any thread starts, so that a signal at any time means a clean stop.
  boost::asio::io_context context(1);
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);

  const server::collections::catalogue data(settings.data);
  server::ops::statistics counted;
  server::ops::readiness ready;
  server::router routes;
  server::endpoints::add_work(routes);
  server::endpoints::add_collections(routes, data);
  server::ops::add_health(routes, ready);
  server::ops::add_stats(routes, settings, counted);

  server::http_server running(settings, routes, counted, ready);
  running.start();
  spdlog::info("arena-server ready on {}:{}, {} threads, memory {}", settings.address,
               running.port(), server::effective_threads(settings), to_string(settings.memory));
  wait_for_stop(signals, context, running);
  running.wait();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const server::command_line line = server::read_command_line(argc, argv);
    if (line.stop.empty()) return serve(line.settings);
    (line.stop.front().code == 0 ? std::cout : std::cerr) << line.stop.front().text;
    return line.stop.front().code;
  } catch (const std::exception& failure) {
    std::cerr << "arena-server: " << failure.what() << "\n";
    return 1;
  }
}
