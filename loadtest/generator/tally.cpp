#include "loadtest/generator/tally.hpp"

#include <algorithm>

namespace generator {

std::uint64_t outcomes::failed() const {
  std::uint64_t sum = 0;
  for (const counter& kind : failures) sum += kind.load();
  return sum;
}

void outcomes::merge(const outcomes& other) {
  scheduled.add(other.scheduled.load());
  answered.add(other.answered.load());
  for (std::size_t i = 0; i < failures.size(); ++i) failures[i].add(other.failures[i].load());
  latency.merge(other.latency);
}

void tally::merge(const tally& other) {
  total.merge(other.total);
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i].merge(other.kinds[i]);
  for (std::size_t i = 0; i < stages.size(); ++i) stages[i].merge(other.stages[i]);
  service.merge(other.service);
  lateness.merge(other.lateness);
  connections_opened.add(other.connections_opened.load());
  connections_lost.add(other.connections_lost.load());
  waiting_most.add(other.waiting_most.load());  // each worker has a list of its own
  bytes_received.add(other.bytes_received.load());
  last_answer.store(std::max(last_answer.load(), other.last_answer.load()));
  user_us.add(other.user_us.load());
  system_us.add(other.system_us.load());
}

}  // namespace generator
