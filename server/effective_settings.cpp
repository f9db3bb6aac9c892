#include "server/effective_settings.hpp"

#include "server/ops/cpu_limit.hpp"
#include "server/ops/memory_limit.hpp"
#include "server/ops/memory_plan.hpp"

namespace server {

namespace {

ops::memory_plan plan() {
  static const ops::memory_plan found(ops::find_memory_limit().bytes);
  return found;
}

}  // namespace

unsigned effective_threads(const config& settings) {
  return settings.threads > 0 ? settings.threads : ops::find_cpu_limit();
}

std::size_t effective_memory_max(const config& settings, std::size_t data_bytes) noexcept {
  if (settings.memory_max_bytes > 0) return settings.memory_max_bytes;
  return plan().requests_bytes(data_bytes);
}

std::size_t effective_connections_max(const config& settings) {
  if (settings.connections_max > 0) return settings.connections_max;
  return plan().connections_max();
}

std::size_t effective_receive_buffer(const config& settings) {
  if (settings.receive_buffer_bytes > 0) return settings.receive_buffer_bytes;
  return plan().receive_buffer_bytes();
}

}  // namespace server
