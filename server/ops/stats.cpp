#include "server/ops/stats.hpp"

#include <chrono>

#include <boost/json/object.hpp>

#include "server/json/document.hpp"

namespace server::ops {

namespace {

namespace json = boost::json;

// The sum over all threads of what `gauge` picks.
template <class Gauge>
std::uint64_t total(const statistics& counted, Gauge gauge) {
  std::uint64_t sum = 0;
  for (const thread_statistics& thread : counted.threads()) sum += gauge(thread).load();
  return sum;
}

std::uint64_t requests_of(const statistics& counted, std::size_t endpoint) {
  std::uint64_t sum = 0;
  for (const thread_statistics& thread : counted.threads()) {
    for (const counter& requests : thread.endpoint(endpoint).by_status_class)
      sum += requests.load();
  }
  return sum;
}

json::value memory_of(const request& asked, const statistics& counted, std::size_t endpoint,
                      histogram& merged) {
  merged.clear();
  for (const thread_statistics& thread : counted.threads())
    merged.merge(thread.endpoint(endpoint).memory_bytes);
  return json::object(
      {{"p50", merged.quantile(0.5)}, {"p99", merged.quantile(0.99)}, {"max", merged.max()}},
      asked.json_storage());
}

json::object endpoints_of(const request& asked, const config& settings, const statistics& counted) {
  histogram merged;
  json::object endpoints(asked.json_storage());
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i) {
    const std::uint64_t requests = requests_of(counted, i);
    if (requests == 0) continue;
    json::object endpoint({{"requests", requests}}, asked.json_storage());
    if (settings.memory == memory_strategy::arena)
      endpoint.emplace("arena_bytes", memory_of(asked, counted, i, merged));
    endpoints.emplace(counted.endpoint_names()[i], std::move(endpoint));
  }
  return endpoints;
}

json::object pool_of(const request& asked, const statistics& counted) {
  using thread = const thread_statistics&;
  return json::object(
      {{"leased", total(
                      counted, [](thread t) -> auto& { return t.memory.leased; })},
       {"idle", total(
                    counted, [](thread t) -> auto& { return t.memory.idle; })},
       {"idle_block_bytes", total(
                                counted, [](thread t) -> auto& { return t.memory.idle_bytes; })},
       {"upstream_allocations",
        total(
            counted, [](thread t) -> auto& { return t.memory.upstream_allocations; })},
       {"trimmed_blocks", total(
                              counted, [](thread t) -> auto& { return t.memory.trimmed_blocks; })}},
      asked.json_storage());
}

void answer(const request& asked, response& to, const config& settings, const statistics& counted) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - counted.started());
  std::uint64_t requests = 0;
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i)
    requests += requests_of(counted, i);
  json::object all(asked.json_storage());
  all.emplace("uptime_seconds", uptime.count());
  all.emplace("threads", counted.threads().size());
  all.emplace("memory", std::string_view(to_string(settings.memory)));
  all.emplace("connections",
              total(
                  counted, [](const auto& thread) -> auto& { return thread.connections; }));
  all.emplace("requests", requests);
  if (const std::int64_t calls = heap_calls(); calls >= 0) all.emplace("heap_calls", calls);
  if (settings.memory == memory_strategy::arena) all.emplace("arenas", pool_of(asked, counted));
  all.emplace("endpoints", endpoints_of(asked, settings, counted));
  server::json::serialize(json::value(std::move(all)), to.body());
  to.content_type("application/json").body().append("\n");
}

}  // namespace

void add_stats(router& routes, const config& settings, const statistics& counted) {
  routes.get("/stats",
             [&](const request& asked, response& to) { answer(asked, to, settings, counted); });
}

}  // namespace server::ops
