#include "server/ops/stats.hpp"

#include <chrono>

#include <boost/json/object.hpp>

#include "server/json/document.hpp"

namespace server::ops {

namespace {

namespace boost_json = boost::json;

boost_json::value quantiles_of(const request& asked, const histogram& merged, std::uint64_t unit) {
  return boost_json::object({{"p50", merged.quantile(0.5) / unit},
                             {"p99", merged.quantile(0.99) / unit},
                             {"max", merged.max() / unit}},
                            asked.json_storage());
}

boost_json::object endpoints_of(const request& asked, const config& settings,
                                const statistics& counted) {
  histogram merged;
  boost_json::object endpoints(asked.json_storage());
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i) {
    const std::uint64_t requests = counted.requests(i);
    if (requests == 0) continue;
    boost_json::object endpoint({{"requests", requests}}, asked.json_storage());
    counted.merge(i, &endpoint_statistics::latency_nanoseconds, merged);
    endpoint.emplace("latency_us", quantiles_of(asked, merged, 1000));
    if (settings.memory == memory_strategy::arena) {
      counted.merge(i, &endpoint_statistics::memory_bytes, merged);
      endpoint.emplace("arena_bytes", quantiles_of(asked, merged, 1));
    }
    endpoints.emplace(counted.endpoint_names()[i], std::move(endpoint));
  }
  return endpoints;
}

boost_json::object pool_of(const request& asked, const statistics& counted) {
  const auto total = [&](counter memory_gauges::*gauge) {
    return counted.total([&](const auto& thread) { return (thread.memory.*gauge).load(); });
  };
  return boost_json::object({{"leased", total(&memory_gauges::leased)},
                             {"idle", total(&memory_gauges::idle)},
                             {"idle_block_bytes", total(&memory_gauges::idle_bytes)},
                             {"leases", total(&memory_gauges::leases)},
                             {"one_block_leases", total(&memory_gauges::one_block_leases)},
                             {"upstream_allocations", total(&memory_gauges::upstream_allocations)},
                             {"trimmed_blocks", total(&memory_gauges::trimmed_blocks)}},
                            asked.json_storage());
}

void answer(const request& asked, response& to, const config& settings, const statistics& counted) {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - counted.started());
  std::uint64_t requests = 0;
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i) requests += counted.requests(i);
  boost_json::object all(asked.json_storage());
  all.emplace("uptime_seconds", uptime.count());
  all.emplace("threads", counted.threads().size());
  all.emplace("memory", std::string_view(to_string(settings.memory)));
  all.emplace("connections",
              counted.total([](const auto& thread) { return thread.connections.load(); }));
  all.emplace("requests", requests);
  if (const std::int64_t calls = heap_calls(); calls >= 0) all.emplace("heap_calls", calls);
  if (settings.memory == memory_strategy::arena) all.emplace("arenas", pool_of(asked, counted));
  all.emplace("endpoints", endpoints_of(asked, settings, counted));
  server::json::serialize(boost_json::value(std::move(all)), to.body());
  to.content_type("application/json").body().append("\n");
}

}  // namespace

void add_stats(router& routes, const config& settings, const statistics& counted) {
  routes.get("/stats",
             [&](const request& asked, response& to) { answer(asked, to, settings, counted); });
}

}  // namespace server::ops
