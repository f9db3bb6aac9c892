// The part of a worker that opens connections, and replaces those that ended.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "loadtest/generator/worker.hpp"

namespace generator {

// At most 64 at a time, so that no backlog overflows: a lost SYN costs a second.
void worker::open_connections() {
  constexpr std::size_t at_once = 64;
  const time_point give_up_at =
      clock::now() + std::max<std::chrono::nanoseconds>(plan_.timeout, std::chrono::seconds(1));
  const auto refused = [] {
    throw std::runtime_error(std::string("cannot connect: ") + std::strerror(errno));
  };
  std::uint32_t next = 0;
  while (next < connections_.size() || connecting_ > 0) {
    if (stop_.load(std::memory_order_relaxed) != stop::no) return;
    while (next < connections_.size() && connecting_ < at_once) {
      if (!open(next++)) refused();
    }
    for (const epoll_event& event : poller_.wait(give_up_at)) {
      if (event.data.u64 == poller::wake_tag) continue;
      const auto index = static_cast<std::uint32_t>(event.data.u64);
      const turn led_to = connections_[index]->on_ready(event.events, scratch_);
      if (led_to == turn::refused) refused();
      if (led_to == turn::lost) {
        throw std::runtime_error("the server ended a connection before the first request");
      }
      handle(index, led_to);
    }
    if (clock::now() >= give_up_at && connecting_ > 0) {
      throw std::runtime_error("not all connections stand within the timeout; ask for fewer");
    }
  }
}

// An event may be older than the socket: its connection was closed and opened anew since the wait.
void worker::on_event(const epoll_event& event) {
  if (event.data.u64 == poller::wake_tag) return;
  const auto index = static_cast<std::uint32_t>(event.data.u64);
  if (event.data.u64 != tag_of(index)) return;
  handle(index, connections_[index]->on_ready(event.events, scratch_));
}

std::uint64_t worker::tag_of(std::uint32_t index) const {
  return std::uint64_t{connections_[index]->openings()} << 32 | index;
}

void worker::handle(std::uint32_t index, turn led_to) {
  connection& on = *connections_[index];
  switch (led_to) {
    case turn::none:
      return;
    case turn::connected:
      --connecting_;
      return became_free(index);
    case turn::refused:
      --connecting_;
      break;
    case turn::answered:
      --under_way_;
      return finish_answer(index);
    case turn::closed:
      --under_way_;
      fail(on.request(), failure::closed, clock::now());
      break;
    case turn::malformed:
      --under_way_;
      fail(on.request(), failure::syntax, clock::now());
      break;
    case turn::lost:
      counted_.connections_lost.add(1);
      break;
  }
  if (led_to == turn::refused) {
    if (waiting_.empty()) return down_.push_back(index);
    fail(waiting_.front(), failure::connect, clock::now());
    waiting_.pop_front();
    if (waiting_.empty()) return down_.push_back(index);
  }
  reopen(index);
}

// Each attempt that is refused at once costs the first of the waiting requests; without one the
// connection stays down.
void worker::reopen(std::uint32_t index) {
  connections_[index]->close();
  if (is_done()) return;
  while (!open(index)) {
    if (!waiting_.empty()) {
      fail(waiting_.front(), failure::connect, clock::now());
      waiting_.pop_front();
    }
    if (waiting_.empty()) return down_.push_back(index);
  }
}

bool worker::open(std::uint32_t index) {
  connection& fresh = *connections_[index];
  if (!fresh.open(server_, receive_buffer_bytes_)) return false;
  ++connecting_;
  counted_.connections_opened.add(1);
  poller_.add(fresh.socket(), tag_of(index));
  return true;
}

void worker::became_free(std::uint32_t index) {
  connections_[index]->become_idle();
  if (is_listed_as_free_[index]) return;
  is_listed_as_free_[index] = true;
  free_.push_back(index);
}

}  // namespace generator
