// arena-server: reads its settings, loads its data, serves until SIGTERM or SIGINT.
#include <exception>
#include <iostream>
#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <spdlog/spdlog.h>

#include "server/collections/store.hpp"
#include "server/config.hpp"
#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/http_server.hpp"
#include "server/ops/access_log.hpp"
#include "server/ops/descriptors.hpp"
#include "server/ops/health.hpp"
#include "server/ops/healthcheck.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/metrics.hpp"
#include "server/ops/signals.hpp"
#include "server/ops/stats.hpp"
#include "server/router.hpp"

namespace {

void reload(server::collections::store& data, server::http_server& running) {
  try {
    data.reload([&] { running.wait_for_turns(); });
    spdlog::info("data reloaded");
  } catch (const std::exception& failure) {
    spdlog::error("data not reloaded, the old is still served: {}", failure.what());
  }
}

// Each connection takes a descriptor; the rest is for listeners, event loops, logs and data files.
void make_room_for_connections(std::size_t connections_max) {
  constexpr std::size_t others = 512;
  const std::size_t allowed = server::ops::raise_descriptor_limit(connections_max + others);
  if (allowed < connections_max + others)
    spdlog::warn("only {} descriptors are allowed: not enough for {} connections", allowed,
                 connections_max);
}

int serve(const server::config& settings) {
  server::ops::logging log(settings);
  make_room_for_connections(settings.connections_max);
  std::unique_ptr<server::ops::access_log> accesses;
  if (!settings.access_log.empty())
    accesses = std::make_unique<server::ops::access_log>(log, settings.access_log, settings.format);
  server::collections::store data(settings.data);
  server::ops::statistics counted;
  server::ops::readiness ready;
  arena::memory_budget budget = server::make_budget(settings);
  server::router routes;
  server::endpoints::add_work(routes);
  server::endpoints::add_collections(
      routes, data, {.rows_max = settings.bounds.query_rows_max, .time_max = settings.times.query});
  server::ops::add_health(routes, ready);
  server::ops::add_stats(routes, settings, counted);
  server::ops::add_metrics(
      routes, {.settings = settings, .counted = counted, .budget = &budget, .log = &log});

  server::http_server running(settings, routes, counted, ready, budget, accesses.get());
  boost::asio::io_context context;
  server::ops::signals signals(context, {.drain_delay = settings.times.drain_delay,
                                         .announce_drain = [&] { ready.set(false); },
                                         .drain = [&] { running.drain(); },
                                         .reload = [&] { reload(data, running); }});
  running.start();
  spdlog::info("arena-server ready on {}:{}, {} threads, memory {}, at most {} MiB of requests",
               settings.address, running.port(), server::effective_threads(settings),
               to_string(settings.memory), budget.hard() >> 20);
  std::thread waiter([&] {
    running.wait();
    context.stop();
  });
  context.run();
  waiter.join();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const server::command_line line = server::read_command_line(argc, argv);
    if (!line.stop.empty()) {
      (line.stop.front().code == 0 ? std::cout : std::cerr) << line.stop.front().text;
      return line.stop.front().code;
    }
    if (line.healthcheck)
      return server::ops::healthcheck(line.settings.address, line.settings.port, std::cout);
    return serve(line.settings);
  } catch (const std::exception& failure) {
    std::cerr << "arena-server: " << failure.what() << "\n";
    return 1;
  }
}
