// One thread of the generator: its share of the schedule and of the connections, and the loop that
// brings them together. Due requests wait in a first-in-first-out list; the first connection that
// is free takes the first of them. Owned by load_run. Nothing here may ever delay the schedule:
// whatever the server does, a request counts from the moment at which it was due.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <vector>

#include "loadtest/generator/connection.hpp"
#include "loadtest/generator/plan.hpp"
#include "loadtest/generator/poller.hpp"
#include "loadtest/generator/request_mix.hpp"
#include "loadtest/generator/schedule.hpp"
#include "loadtest/generator/tally.hpp"

namespace generator {

class worker {
 public:
  /// `share.every` workers do the run; this is number `share.first`. Lifetime: `wanted` and
  /// `server` must outlive the worker.
  worker(const plan& wanted, const endpoint& server, schedule::share share);

  /// Opens all connections; returns when each stands. Throws std::runtime_error if one is refused
  /// or does not stand within the plan's timeout.
  void open_connections();
  /// Sends what falls due after `start` and returns when each request has ended in one way or
  /// other.
  void run(time_point start);

  enum class stop { no, schedule, all };
  /// From any thread. schedule: nothing more falls due, what is under way is waited for; all: it is
  /// given up at once, as timeouts.
  void request_stop(stop wanted);

  const tally& counted() const { return counted_; }

 private:
  using turn = connection::turn;
  struct timer {
    time_point at;
    std::uint32_t connection;
    std::uint64_t request;
    bool operator>(const timer& other) const { return at > other.at; }
  };

  bool is_done() const;
  void queue_due(time_point now);
  void dispatch();
  void send(std::uint32_t index, const exchange& request);
  void expire(time_point now);
  void run_paces(time_point now);
  void give_up(time_point now);
  time_point next_event();
  bool is_current(const timer& set) const;

  void on_event(const epoll_event& event);
  void handle(std::uint32_t index, turn led_to);
  std::uint64_t tag_of(std::uint32_t index) const;
  void finish_answer(std::uint32_t index);
  void fail(const exchange& request, failure kind, time_point at);
  void record(const exchange& request, time_point at);
  void reopen(std::uint32_t index);
  bool open(std::uint32_t index);
  void became_free(std::uint32_t index);
  void set_pace(std::uint32_t index);

  const plan& plan_;
  const endpoint& server_;
  request_mix mix_;
  schedule schedule_;
  poller poller_;
  tally counted_;
  std::atomic<stop> stop_{stop::no};

  time_point start_;
  std::optional<due_request> next_due_;
  std::deque<exchange> waiting_;
  std::vector<std::unique_ptr<connection>> connections_;
  std::deque<std::uint32_t> free_;       // may name connections that were lost meanwhile
  std::vector<char> is_listed_as_free_;  // by connection
  std::vector<std::uint32_t> down_;      // refused; tried again when a request needs one
  std::size_t connecting_ = 0;
  std::size_t under_way_ = 0;
  std::deque<timer>
      deadlines_;  // in order, since requests are sent in the order of their due times
  std::priority_queue<timer, std::vector<timer>, std::greater<>> paces_;
  std::vector<char> scratch_;
  int receive_buffer_bytes_ = 0;
};

}  // namespace generator
