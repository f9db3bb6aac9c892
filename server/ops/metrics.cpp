#include "server/ops/metrics.hpp"

#include <array>
#include <string_view>

#include <boost/version.hpp>

#include "server/ops/exposition.hpp"
#include "server/ops/process_figures.hpp"

namespace server::ops {

namespace {

using type = exposition::type;

// Around what a loopback answer takes, what a person notices, and what a client waits for at most.
constexpr std::array<bucket_bound, 14> duration_bounds = {{{50'000, "5e-05"},
                                                           {100'000, "0.0001"},
                                                           {250'000, "0.00025"},
                                                           {500'000, "0.0005"},
                                                           {1'000'000, "0.001"},
                                                           {2'500'000, "0.0025"},
                                                           {5'000'000, "0.005"},
                                                           {10'000'000, "0.01"},
                                                           {25'000'000, "0.025"},
                                                           {50'000'000, "0.05"},
                                                           {100'000'000, "0.1"},
                                                           {250'000'000, "0.25"},
                                                           {1'000'000'000, "1"},
                                                           {10'000'000'000, "10"}}};
// From the smallest requests to the default of --request-memory-max.
constexpr std::array<bucket_bound, 10> memory_bounds = {{{1 << 10, "1024"},
                                                         {4 << 10, "4096"},
                                                         {16 << 10, "16384"},
                                                         {64 << 10, "65536"},
                                                         {256 << 10, "262144"},
                                                         {1 << 20, "1048576"},
                                                         {4 << 20, "4194304"},
                                                         {16 << 20, "16777216"},
                                                         {64 << 20, "67108864"},
                                                         {128 << 20, "134217728"}}};

#ifdef __clang__
constexpr std::string_view compiler = __VERSION__;  // begins with "Clang"
#else
constexpr std::string_view compiler = "GCC " __VERSION__;
#endif

constexpr std::array<std::string_view, endpoint_statistics::status_classes> status_class_names = {
    "1xx", "2xx", "3xx", "4xx", "5xx"};

void write_requests(exposition& to, const statistics& counted) {
  to.metric("arena_server_requests_total", type::counter, "Requests answered.");
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i) {
    for (std::size_t method = 0; method < method_class_names.size(); ++method) {
      for (std::size_t status = 1; status <= status_class_names.size(); ++status) {
        const std::uint64_t requests = counted.total([&](const thread_statistics& thread) {
          return thread.endpoint(i).requests(static_cast<method_class>(method), status);
        });
        if (requests == 0) continue;
        to.sample({{"endpoint", counted.endpoint_names()[i]},
                   {"method", method_class_names[method]},
                   {"code", status_class_names[status - 1]}},
                  requests);
      }
    }
  }
}

void write_histograms(exposition& to, const statistics& counted,
                      histogram endpoint_statistics::*which, std::span<const bucket_bound> bounds,
                      double unit) {
  histogram merged;
  for (std::size_t i = 0; i < counted.endpoint_names().size(); ++i) {
    counted.merge(i, which, merged);
    if (merged.count() > 0)
      to.samples({{"endpoint", counted.endpoint_names()[i]}}, merged, bounds, unit);
  }
}

void write_endpoints(exposition& to, const metrics_sources& from) {
  write_requests(to, from.counted);
  to.metric("arena_server_request_duration_seconds", type::histogram,
            "From a request's first byte to its response's last.");
  write_histograms(to, from.counted, &endpoint_statistics::latency_nanoseconds, duration_bounds,
                   1e9);
  if (from.settings.memory != memory_strategy::arena) return;
  to.metric("arena_server_request_arena_bytes", type::histogram,
            "Memory of a request's arena that it used.");
  write_histograms(to, from.counted, &endpoint_statistics::memory_bytes, memory_bounds, 1);
}

void write_pool(exposition& to, const statistics& counted) {
  const auto one = [&](std::string_view name, type kind, std::string_view help,
                       counter memory_gauges::*gauge) {
    to.metric(name, kind, help);
    to.sample({}, counted.total([&](const thread_statistics& thread) {
      return (thread.memory.*gauge).load();
    }));
  };
  one("arena_server_arenas_leased", type::gauge, "Arenas that requests hold.",
      &memory_gauges::leased);
  one("arena_server_arenas_idle", type::gauge, "Warm arenas that wait for a request.",
      &memory_gauges::idle);
  one("arena_server_arena_retained_bytes", type::gauge, "Blocks that wait outside any arena.",
      &memory_gauges::idle_bytes);
  one("arena_server_arena_leases_total", type::counter, "Arenas leased.", &memory_gauges::leases);
  one("arena_server_arena_one_block_leases_total", type::counter,
      "Leases that ended and needed one block at most.", &memory_gauges::one_block_leases);
  one("arena_server_arena_upstream_allocations_total", type::counter,
      "Blocks fetched from the heap.", &memory_gauges::upstream_allocations);
  one("arena_server_arena_trimmed_blocks_total", type::counter, "Blocks given back to the heap.",
      &memory_gauges::trimmed_blocks);
}

void write_budget(exposition& to, const arena::memory_budget& budget) {
  to.metric("arena_server_memory_budget_used_bytes", type::gauge, "Blocks of all arenas.");
  to.sample({}, budget.used());
  to.metric("arena_server_memory_budget_peak_bytes", type::gauge, "The most that was ever used.");
  to.sample({}, budget.peak());
  to.metric("arena_server_memory_budget_soft_bytes", type::gauge,
            "The mark over which the server takes less work.");
  to.sample({}, budget.soft());
  to.metric("arena_server_memory_budget_hard_bytes", type::gauge,
            "The mark over which nothing is granted.");
  to.sample({}, budget.hard());
  to.metric("arena_server_memory_budget_refusals_total", type::counter, "Blocks refused.");
  to.sample({}, budget.refusals());
}

template <class Kind, std::size_t Count>
void write_kinds(exposition& to, const statistics& counted, std::string_view label_name,
                 const std::array<std::string_view, Count>& names,
                 counters_by<Kind, Count> thread_statistics::*which) {
  for (std::size_t i = 0; i < Count; ++i) {
    const auto kind = static_cast<Kind>(i);
    to.sample({{label_name, names[i]}}, counted.total([&](const thread_statistics& thread) {
      return (thread.*which)[kind].load();
    }));
  }
}

void write_states(exposition& to, const statistics& counted) {
  struct state {
    std::string_view name;
    counter connection_states::*gauge;
  };
  to.metric("arena_server_connections", type::gauge, "Open connections by what they are at.");
  for (const state& each :
       {state{"idle", &connection_states::idle}, state{"reading", &connection_states::reading},
        state{"handling", &connection_states::handling},
        state{"writing", &connection_states::writing},
        state{"lingering", &connection_states::lingering}})
    to.sample({{"state", each.name}}, counted.total([&](const thread_statistics& thread) {
      return (thread.states.*each.gauge).load();
    }));
}

void write_connections(exposition& to, const statistics& counted) {
  const auto one = [&](std::string_view name, std::string_view help,
                       counter thread_statistics::*which) {
    to.metric(name, type::counter, help);
    to.sample(
        {}, counted.total([&](const thread_statistics& thread) { return (thread.*which).load(); }));
  };
  write_states(to, counted);
  one("arena_server_connections_accepted_total", "Connections accepted.",
      &thread_statistics::accepted);
  one("arena_server_connections_refused_total", "Connections refused: the server was full.",
      &thread_statistics::refused);
  one("arena_server_accept_failures_total", "Errors of accept.",
      &thread_statistics::accept_failures);
  one("arena_server_received_bytes_total", "Bytes read from connections.",
      &thread_statistics::bytes_received);
  one("arena_server_sent_bytes_total", "Bytes written to connections.",
      &thread_statistics::bytes_sent);
  to.metric("arena_server_timeouts_total", type::counter, "Connections ended for being slow.");
  write_kinds(to, counted, "kind", timeout_names, &thread_statistics::timeouts);
  to.metric("arena_server_request_refusals_total", type::counter,
            "Requests refused for their need of memory.");
  write_kinds(to, counted, "stage", refusal_stage_names, &thread_statistics::budget_refusals);
}

void write_log(exposition& to, const logging& log) {
  to.metric("arena_server_log_lines_dropped_total", type::counter,
            "Lines of the log and the access log that were not written.");
  to.sample({{"reason", "queue_full"}}, log.lines_dropped());
  to.sample({{"reason", "write_error"}}, log.lines_lost());
}

void write_build(exposition& to, memory_strategy memory) {
  static_assert(BOOST_VERSION / 100'000 == 1);
  const json::decimal boost_version(BOOST_VERSION / 100 % 1000, "1.");
  to.metric("arena_server_build_info", type::gauge, "Always 1; what this server is made of.");
  to.sample({{"version", ARENA_SERVER_VERSION},
             {"compiler", compiler},
             {"boost", boost_version},
             {"memory", to_string(memory)}},
            1u);
}

void write_process(exposition& to, double start_seconds) {
  to.metric("process_start_time_seconds", type::gauge, "When the process started, since 1970.");
  to.sample({}, start_seconds);
  to.metric("process_cpu_seconds_total", type::counter, "CPU time of the process.");
  to.sample({}, process_cpu_seconds());
  to.metric("process_resident_memory_bytes", type::gauge, "Memory that is in RAM.");
  to.sample({}, process_resident_bytes());
  to.metric("process_open_fds", type::gauge, "Open file descriptors.");
  to.sample({}, process_open_files());
  to.metric("process_max_fds", type::gauge, "The most file descriptors that may be open.");
  to.sample({}, process_max_files());
}

void answer(response& to, const metrics_sources& from, double start_seconds) {
  exposition text(to.body());
  write_endpoints(text, from);
  if (from.settings.memory == memory_strategy::arena) write_pool(text, from.counted);
  if (from.budget != nullptr) write_budget(text, *from.budget);
  write_connections(text, from.counted);
  if (from.log != nullptr) write_log(text, *from.log);
  write_build(text, from.settings.memory);
  write_process(text, start_seconds);
  to.content_type("text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

void add_metrics(router& routes, const metrics_sources& sources) {
  routes.get("/metrics", [sources, start = process_start_seconds()](const request&, response& to) {
    answer(to, sources, start);
  });
}

}  // namespace server::ops
