// A server without sockets, threads and time: all routes of the real one and those for tests, and a
// service that scripted sessions belong to. One a program, made once; start() makes the service
// anew. On the scripted clock, on one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "server/collections/store.hpp"
#include "server/service.hpp"
#include "tests/support/scripted/routes.hpp"

namespace scripted {

class host {
 public:
  host();

  /// A fresh service, none of whose memory is warm, under these settings; data and address of them
  /// are of no account. `hard_bytes` is the budget of all arenas; its soft mark is at four fifths.
  void start(const server::config& settings, std::size_t hard_bytes);
  /// Ends the service, which no session may have. What it kept must have been given back.
  void stop();

  server::service& service() { return *service_; }
  const server::config& settings() const { return settings_; }
  arena::memory_budget& budget() { return budget_; }
  server::ops::readiness& ready() { return ready_; }
  handler_state& handlers() { return handlers_; }
  /// Timeouts since start(), of any kind.
  std::uint64_t timeouts() const { return timeouts_ever() - timeouts_before_; }

 private:
  std::uint64_t timeouts_ever() const;

  server::config settings_;
  server::collections::store data_;
  server::ops::statistics counted_;
  server::ops::readiness ready_;
  arena::memory_budget budget_;
  handler_state handlers_;
  server::router routes_;
  server::shared_state shared_;
  server::ops::thread_statistics* mine_;
  std::uint64_t timeouts_before_ = 0;
  std::unique_ptr<server::service> service_;
};

}  // namespace scripted
