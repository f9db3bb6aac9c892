#include "server/ops/statistics.hpp"

#include <algorithm>

#include <dlfcn.h>

namespace server::ops {

namespace {

method_class class_of(http::verb method) noexcept {
  switch (method) {
    case http::verb::get:
      return method_class::get;
    case http::verb::head:
      return method_class::head;
    case http::verb::post:
      return method_class::post;
    default:
      return method_class::other;
  }
}

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::uint64_t now_ms() noexcept {
  const auto now = steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(now).count());
}

}  // namespace

void endpoint_statistics::record(const answered& answer) noexcept {
  const auto status_class = static_cast<std::size_t>(answer.status) / 100;
  const bool known = status_class >= 1 && status_class <= status_classes;
  const auto method = static_cast<std::size_t>(class_of(answer.method));
  requests_[method][known ? status_class - 1 : status_classes - 1].add(1);
  memory_bytes.record(answer.memory_bytes);
  const auto nanoseconds = answer.latency.count();
  latency_nanoseconds.record(nanoseconds > 0 ? static_cast<std::uint64_t>(nanoseconds) : 0);
}

std::uint64_t endpoint_statistics::requests() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& of_method : requests_) {
    for (const counter& requests : of_method) sum += requests.load();
  }
  return sum;
}

void memory_gauges::publish(const arena::pool_statistics& now) noexcept {
  leased.store(now.leased);
  idle.store(now.idle);
  idle_bytes.store(now.idle_bytes);
  leases.store(now.leases);
  one_block_leases.store(now.one_block_leases);
  upstream_allocations.store(now.upstream_allocations);
  trimmed_blocks.store(now.trimmed_blocks);
}

void thread_statistics::record(const answered& answer) noexcept {
  auto& endpoint =
      answer.matched != nullptr ? endpoints_[answer.matched->index] : endpoints_.back();
  endpoint.record(answer);
  bytes_sent.add(answer.bytes_sent);
}

void thread_statistics::turn() noexcept {
  latest_turn_ms_.store(now_ms());
}

steady_clock::duration thread_statistics::without_turn() const noexcept {
  const std::uint64_t latest = latest_turn_ms_.load();  // before the clock is read: it may move on
  return milliseconds(now_ms() - latest);
}

steady_clock::duration statistics::longest_without_turn() const noexcept {
  steady_clock::duration longest{};
  for (const thread_statistics& thread : threads_)
    longest = std::max(longest, thread.without_turn());
  return longest;
}

thread_statistics& statistics::add_thread(const router& routes) {
  if (endpoint_names_.empty()) {
    for (const auto& route : routes.routes())
      endpoint_names_.push_back(std::string(http::to_string(route->method)) + " " + route->pattern);
    endpoint_names_.emplace_back("unrouted");
  }
  return threads_.emplace_back(routes.routes().size());
}

std::uint64_t statistics::requests(std::size_t endpoint) const {
  return total(
      [&](const thread_statistics& thread) { return thread.endpoint(endpoint).requests(); });
}

void statistics::merge(std::size_t endpoint, histogram endpoint_statistics::*which,
                       histogram& merged) const {
  merged.clear();
  for (const thread_statistics& thread : threads_) merged.merge(thread.endpoint(endpoint).*which);
}

std::int64_t heap_calls() noexcept {
  using reader = std::uint64_t (*)();
  static const auto read =
      reinterpret_cast<reader>(dlsym(RTLD_DEFAULT, "heap_counter_allocations"));
  return read != nullptr ? static_cast<std::int64_t>(read()) : -1;
}

}  // namespace server::ops
