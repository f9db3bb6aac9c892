#include "server/ops/statistics.hpp"

#include <dlfcn.h>

namespace server::ops {

void memory_gauges::publish(const arena::pool_statistics& now) noexcept {
  leased.store(now.leased);
  idle.store(now.idle);
  idle_bytes.store(now.idle_bytes);
  upstream_allocations.store(now.upstream_allocations);
  trimmed_blocks.store(now.trimmed_blocks);
}

void thread_statistics::record(const route* matched, boost::beast::http::status status,
                               std::size_t memory_bytes) noexcept {
  auto& endpoint = matched != nullptr ? endpoints_[matched->index] : endpoints_.back();
  const auto status_class = static_cast<unsigned>(status) / 100;
  endpoint.by_status_class[status_class < 6 ? status_class : 5].add(1);
  endpoint.memory_bytes.record(memory_bytes);
}

thread_statistics& statistics::add_thread(const router& routes) {
  if (endpoint_names_.empty()) {
    for (const auto& route : routes.routes())
      endpoint_names_.push_back(std::string(http::to_string(route->method)) + " " + route->pattern);
    endpoint_names_.emplace_back("unrouted");
  }
  return threads_.emplace_back(routes.routes().size());
}

std::int64_t heap_calls() noexcept {
  using reader = std::uint64_t (*)();
  static const auto read =
      reinterpret_cast<reader>(dlsym(RTLD_DEFAULT, "heap_counter_allocations"));
  return read != nullptr ? static_cast<std::int64_t>(read()) : -1;
}

}  // namespace server::ops
