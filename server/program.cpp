#include "server/program.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <malloc.h>
#include <spdlog/spdlog.h>

#include "server/admin_server.hpp"
#include "server/collections/loader.hpp"
#include "server/collections/store.hpp"
#include "server/config.hpp"
#include "server/effective_settings.hpp"
#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/ops/access_log.hpp"
#include "server/ops/descriptors.hpp"
#include "server/ops/health.hpp"
#include "server/ops/healthcheck.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/memory_limit.hpp"
#include "server/ops/memory_plan.hpp"
#include "server/ops/metrics.hpp"
#include "server/ops/signals.hpp"
#include "server/ops/stats.hpp"

namespace server {

namespace {

// While both are held requests have less, where their part is not set by a flag.
void reload(collections::store& data, const config& settings, http_server& running,
            arena::memory_budget& budget) {
  try {
    const std::uintmax_t both =
        data.memory_bytes() + collections::needed_to_load(settings.data).most_bytes;
    adapt_budget(budget, settings, both);
    data.reload([&] { running.wait_for_turns(); });
    spdlog::info("data reloaded");
  } catch (const std::exception& failure) {
    spdlog::error("data not reloaded, the old is still served: {}", failure.what());
  }
  adapt_budget(budget, settings, data.memory_bytes());
}

// Each connection takes a descriptor; the rest is for listeners, event loops, logs and data files.
void make_room_for_connections(std::size_t connections_max) {
  constexpr std::size_t others = 512;
  const std::size_t allowed = ops::raise_descriptor_limit(connections_max + others);
  if (allowed < connections_max + others)
    spdlog::warn("only {} descriptors are allowed: not enough for {} connections", allowed,
                 connections_max);
}

// glibc maps what is larger than the largest block that was freed, up to 32 MiB, and takes the rest
// from its heap, where large blocks of many sizes leave holes: 48 MiB of them took 74 MiB. From a
// fixed size on they are mapped, and go back when they are freed. The other strategies have malloc
// as it is: they are there to be compared with.
void give_large_blocks_back_to_the_system(memory_strategy chosen) {
  constexpr int mapped_bytes_min = 256 << 10;
  if (chosen == memory_strategy::arena) ::mallopt(M_MMAP_THRESHOLD, mapped_bytes_min);
}

// Before the loading: who exceeds the limit of a cgroup is killed without a word.
void tell_what_memory_is_needed(const config& settings) {
  const auto mib = [](std::uintmax_t bytes) { return (bytes + (1 << 20) - 1) >> 20; };
  const collections::loading_need data = collections::needed_to_load(settings.data);
  if (data.files > 0)
    spdlog::info("loading data: files {}, bytes {}; takes up to {} MiB", data.files,
                 data.text_bytes, mib(data.most_bytes));
  const bool is_bounded = settings.memory == memory_strategy::arena;
  const std::uintmax_t requests = is_bounded ? effective_memory_max(settings, data.rows_bytes) : 0;
  const ops::memory_limit limit = ops::find_memory_limit();
  const std::uintmax_t others = ops::memory_plan(limit.bytes).others_bytes();
  const std::uintmax_t loading = ops::process_bytes + data.most_bytes;  // nobody is connected then
  if (std::max(loading, others + data.rows_bytes + requests) <= limit.bytes) return;
  spdlog::warn(
      "{} MiB of memory may not do ({}): up to {} MiB while data is loaded; then {} MiB for its "
      "rows, {} MiB for the process, connections and socket buffers, and for requests {}",
      limit.bytes >> 20, limit.source, mib(loading), mib(data.rows_bytes), mib(others),
      is_bounded ? std::to_string(mib(requests)) + " MiB" : "as much as they take");
}

// A query that is allowed to take so long keeps a thread and is no hang.
std::chrono::milliseconds stall_of(const config& settings) {
  return std::max<std::chrono::milliseconds>(ops::stall_min, 2 * settings.times.query);
}

void add_figures(router& to, const ops::metrics_sources& figures) {
  ops::add_stats(to, figures.settings, figures.counted);
  ops::add_metrics(to, figures);
}

// Null where they have no port of their own.
std::unique_ptr<admin_server> make_admin(const ops::readiness& ready,
                                         const ops::metrics_sources& figures) {
  if (!figures.settings.admin_port) return nullptr;
  return std::make_unique<admin_server>(figures.settings, [&](router& to) {
    ops::add_health(to, ready, figures.counted, stall_of(figures.settings));
    add_figures(to, figures);
  });
}

void start(admin_server* admin) {
  if (admin == nullptr) return;
  admin->start();
  spdlog::info("health and metrics on port {}", admin->port());
}

int serve(const config& settings, const program& parts) {
  ops::signals_of_start early;
  give_large_blocks_back_to_the_system(settings.memory);
  ops::logging log(settings);
  make_room_for_connections(effective_connections_max(settings));
  std::unique_ptr<ops::access_log> accesses;
  if (!settings.access_log.empty())
    accesses = std::make_unique<ops::access_log>(log, settings.access_log, settings.format);
  tell_what_memory_is_needed(settings);
  collections::store data(settings.data);
  ops::statistics counted;
  ops::readiness ready;
  arena::memory_budget budget = make_budget(settings, data.memory_bytes());
  router routes;
  endpoints::add_work(routes);
  endpoints::add_collections(
      routes, data, {.rows_max = settings.bounds.query_rows_max, .time_max = settings.times.query});
  ops::add_health(routes, ready, counted, stall_of(settings));
  const ops::metrics_sources figures{
      .settings = settings, .counted = counted, .budget = &budget, .log = &log};
  if (!settings.admin_port) add_figures(routes, figures);
  parts.extend(routes);

  http_server running(settings, routes, counted, ready, budget, accesses.get());
  std::unique_ptr<admin_server> admin = make_admin(ready, figures);
  boost::asio::io_context context;
  ops::signals signals(context, {.drain_delay = settings.times.drain_delay,
                                 .announce_drain = [&] { ready.set(false); },
                                 .drain = [&] { running.drain(); },
                                 .reload = [&] { reload(data, settings, running, budget); }});
  early.end();
  running.start();
  start(admin.get());  // it reads what the threads count, so these come first
  parts.prepare(running);
  spdlog::info(
      "{} ready on {}:{}, {} threads, memory {}, at most {} MiB of requests and {} connections",
      parts.name, settings.address, running.port(), effective_threads(settings),
      to_string(settings.memory), budget.hard() >> 20, effective_connections_max(settings));
  std::thread waiter([&] {
    running.wait();
    admin.reset();  // while signals are still handled
    context.stop();
  });
  context.run();
  waiter.join();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int run(int argc, const char* const* argv, const program& parts) {
  try {
    const command_line line = read_command_line(argc, argv);
    if (!line.stop.empty()) {
      (line.stop.front().code == 0 ? std::cout : std::cerr) << line.stop.front().text;
      return line.stop.front().code;
    }
    if (line.healthcheck) {
      const std::uint16_t admin_port = line.settings.admin_port.value_or(0);
      return ops::healthcheck(line.settings.address,
                              admin_port != 0 ? admin_port : line.settings.port, std::cout);
    }
    return serve(line.settings, parts);
  } catch (const std::exception& failure) {
    std::cerr << parts.name << ": " << failure.what() << "\n";
    return 1;
  }
}

}  // namespace server
