#include "loadtest/bench/trace.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory_resource>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "arena/tracing_resource.hpp"
#include "server/endpoints/work.hpp"
#include "server/exchange.hpp"
#include "server/json/storage.hpp"

namespace bench {

namespace {

// Enough for a few hundred nodes, as a usual JSON answer has, and still small beside the caches.
constexpr std::string_view items_request =
    "GET /items?count=20 HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr server::limits bounds = {.header_bytes_max = 16384, .body_bytes_max = 1 << 20};

/// Gives every request the same foreign resource, freed piece by piece.
class foreign_source final : public server::memory_source {
 public:
  explicit foreign_source(std::pmr::memory_resource& resource)
      : memory_source(std::numeric_limits<std::size_t>::max()),
        resource_(resource),
        storage_(resource) {}
  server::request_memory begin(std::size_t) override {
    return make(this, &resource_, {}, &storage_);
  }

 private:
  std::pmr::memory_resource& resource_;
  server::json::storage<std::pmr::memory_resource, server::json::release::piecewise> storage_;
};

/// Turns what a tracing_resource tells into steps with slots.
class recorder {
 public:
  void hear(const arena::allocation_event& event) {
    using kind = arena::allocation_event::kind_of;
    if (event.kind == kind::failure) throw std::runtime_error("an allocation failed");
    if (event.kind == kind::allocation) {
      live_[event.begin] = make_step(event, free_slot());
      current_.steps.push_back(live_.at(event.begin));
    } else {
      const std::uint16_t slot = live_.at(event.begin).slot;
      current_.steps.push_back(make_step(event, slot));
      current_.steps.back().takes = false;
      live_.erase(event.begin);
      free_.push_back(slot);
    }
  }
  recorded_request take() {
    for (auto& [begin, last] : live_) {
      last.takes = false;
      current_.left.push_back(last);
      free_.push_back(last.slot);
    }
    live_.clear();
    return std::exchange(current_, {});
  }
  std::size_t slots() const noexcept { return slots_; }

 private:
  static step make_step(const arena::allocation_event& event, std::uint16_t slot) {
    if (event.alignment > 128 || slot == 0xFFFF) throw std::runtime_error("more than a step holds");
    return {static_cast<std::uint32_t>(event.bytes), slot,
            static_cast<std::uint8_t>(event.alignment), true};
  }
  std::uint16_t free_slot() {
    if (free_.empty()) return slots_++;
    const std::uint16_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  std::map<std::ptrdiff_t, step> live_;
  std::vector<std::uint16_t> free_;
  std::uint16_t slots_ = 0;
  recorded_request current_;
};

// No handler that is recorded answers later.
class no_waiter final : public server::exchange::waiter {
 public:
  void handled_later() noexcept override {}
};

void read(server::exchange& exchange, std::string_view input) {
  using progress = server::request_parser::progress;
  progress now = progress::need_more;
  while (!input.empty() && now == progress::need_more) {
    const auto room = exchange.parser.room();
    const std::size_t bytes = std::min(room.size(), input.size());
    input.copy(room.data(), bytes);
    input.remove_prefix(bytes);
    now = exchange.parser.commit(bytes);
  }
  if (now != progress::complete) throw std::runtime_error("a recorded request was not read");
}

// As a session treats a request. Returns the content.
std::string answer(server::memory_source& source, const server::router& routes,
                   std::string_view input) {
  using server::response;
  const server::exchange_ptr exchange =
      server::exchange::begin(source, 0, bounds, server::exchange::clock::now());
  read(*exchange, input);
  no_waiter nobody;
  exchange->handle(routes, nobody);
  if (exchange->answer.status() != server::http::status::ok)
    throw std::runtime_error("a recorded request was refused");
  std::string content;
  for (auto* piece = exchange->answer.body().first(); piece != nullptr; piece = piece->next)
    content += piece->view();
  exchange->finish("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", response::connection::keep_alive);
  return content;
}

}  // namespace

trace record_trace() {
  server::router routes;
  server::endpoints::add_work(routes);
  recorder heard;
  arena::tracing_resource watched([&heard](const auto& event) { heard.hear(event); });
  foreign_source source(watched);

  trace recorded;
  const std::string document = answer(source, routes, items_request);
  recorded.requests.push_back(heard.take());
  answer(source, routes,
         "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
             std::to_string(document.size()) + "\r\n\r\n" + document);
  recorded.requests.push_back(heard.take());
  if (watched.lost_events() > 0) throw std::runtime_error("the recording has gaps");

  recorded.slots = heard.slots();
  for (const recorded_request& request : recorded.requests)
    recorded.allocations +=
        static_cast<std::size_t>(std::ranges::count(request.steps, true, &step::takes));
  return recorded;
}

std::string trace::describe() const {
  std::size_t bytes = 0, largest = 0, over_8 = 0, calls = 0;
  for (const recorded_request& request : requests) {
    calls += request.steps.size();
    for (const step& each : request.steps) {
      if (!each.takes) continue;
      bytes += each.bytes;
      largest = std::max<std::size_t>(largest, each.bytes);
      over_8 += each.alignment > 8 ? 1 : 0;
    }
  }
  return std::to_string(requests.size()) + " requests, " + std::to_string(allocations) +
         " allocations and " + std::to_string(calls - allocations) + " deallocations, " +
         std::to_string(bytes) + " bytes, the largest " + std::to_string(largest) + ", " +
         std::to_string(over_8) + " aligned to more than 8";
}

}  // namespace bench
