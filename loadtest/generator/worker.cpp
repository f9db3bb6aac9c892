#include "loadtest/generator/worker.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace generator {
namespace {

using state = connection::state;

std::uint64_t between(time_point from, time_point to) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::nanoseconds(to - from).count()));
}

std::uint64_t microseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(time.tv_usec);
}

// The processor time of this thread between its making and add_to().
class cpu_meter {
 public:
  cpu_meter() { ::getrusage(RUSAGE_THREAD, &before_); }
  void add_to(tally& counted) const {
    rusage now{};
    ::getrusage(RUSAGE_THREAD, &now);
    counted.user_us.add(microseconds(now.ru_utime) - microseconds(before_.ru_utime));
    counted.system_us.add(microseconds(now.ru_stime) - microseconds(before_.ru_stime));
  }

 private:
  rusage before_{};
};

std::size_t share_of(std::size_t whole, schedule::share share) {
  return whole / share.every + (share.first < whole % share.every ? 1 : 0);
}

// Where every request reads slowly, no connection needs a large buffer. In a mix with others the
// buffer shrinks when a slow request takes a connection, which cannot be used for others after it.
int receive_buffer(const plan& wanted) {
  const bool is_slow =
      std::all_of(wanted.mix.begin(), wanted.mix.end(),
                  [](const request_kind& kind) { return kind.read_bytes_per_s != 0; });
  return is_slow ? 4096 : 0;
}

}  // namespace

worker::worker(const plan& wanted, const endpoint& server, schedule::share share)
    : plan_(wanted),
      server_(server),
      mix_(wanted),
      schedule_(wanted.schedule, wanted.seed, share),
      counted_(wanted.mix.size(), wanted.schedule.size()),
      scratch_(64 * 1024),
      receive_buffer_bytes_(receive_buffer(wanted)) {
  const std::size_t count = share_of(wanted.connections, share);
  for (std::size_t i = 0; i < count; ++i) connections_.push_back(std::make_unique<connection>());
  is_listed_as_free_.resize(count);
}

void worker::request_stop(stop wanted) {
  stop_.store(wanted, std::memory_order_relaxed);
  poller_.wake();
}

void worker::run(time_point start) {
  poller::take_slack_away();
  const cpu_meter used;
  start_ = start;
  next_due_ = schedule_.next();
  while (!is_done()) {
    const time_point now = clock::now();
    if (stop_.load(std::memory_order_relaxed) != stop::no) next_due_.reset();
    if (stop_.load(std::memory_order_relaxed) == stop::all) give_up(now);
    queue_due(now);
    expire(now);
    run_paces(now);
    dispatch();
    if (is_done()) break;
    for (const epoll_event& event : poller_.wait(next_event())) {
      on_event(event);
      queue_due(clock::now());
      dispatch();
    }
  }
  for (const auto& each : connections_) counted_.bytes_received.add(each->bytes_received());
  used.add_to(counted_);
}

bool worker::is_done() const {
  return !next_due_ && waiting_.empty() && under_way_ == 0;
}

void worker::queue_due(time_point now) {
  while (next_due_ && start_ + next_due_->due <= now) {
    exchange request;
    request.number = next_due_->number;
    request.stage = next_due_->stage;
    request.kind = mix_.choose(request.number);
    request.due = start_ + next_due_->due;
    counted_.lateness.record(between(request.due, now));
    counted_.total.scheduled.add(1);
    counted_.kinds[request.kind].scheduled.add(1);
    counted_.stages[request.stage].scheduled.add(1);
    waiting_.push_back(request);
    next_due_ = schedule_.next();
  }
}

void worker::dispatch() {
  while (!waiting_.empty() && !free_.empty()) {
    const std::uint32_t index = free_.front();
    free_.pop_front();
    is_listed_as_free_[index] = false;
    if (connections_[index]->now() != state::idle) continue;
    const exchange request = waiting_.front();
    waiting_.pop_front();
    send(index, request);
  }
  while (connecting_ < waiting_.size() && !down_.empty()) {
    const std::uint32_t index = down_.back();
    down_.pop_back();
    reopen(index);
  }
  // Only what no connection could take has waited.
  if (waiting_.size() > counted_.waiting_most.load()) counted_.waiting_most.store(waiting_.size());
}

void worker::send(std::uint32_t index, const exchange& request) {
  connection& free = *connections_[index];
  const std::string_view bytes = mix_.bytes(request.kind, request.number, free.text_buffer());
  exchange begun = request;
  begun.sent = clock::now();
  ++under_way_;
  deadlines_.push_back({request.due + plan_.timeout, index, request.number});
  free.send(begun, plan_.mix[request.kind], bytes,
            mix_.answers_are_bare(request.kind) ? response_parser::body_kind::none
                                                : response_parser::body_kind::framed);
  set_pace(index);
}

void worker::set_pace(std::uint32_t index) {
  const connection& paced = *connections_[index];
  if (const auto at = paced.pace_at()) paces_.push({*at, index, paced.request().number});
}

bool worker::is_current(const timer& set) const {
  const connection& on = *connections_[set.connection];
  return on.now() == state::busy && on.request().number == set.request;
}

void worker::expire(time_point now) {
  while (!deadlines_.empty() && (deadlines_.front().at <= now || !is_current(deadlines_.front()))) {
    const timer passed = deadlines_.front();
    deadlines_.pop_front();
    if (!is_current(passed)) continue;
    --under_way_;
    fail(connections_[passed.connection]->request(), failure::timeout, now);
    reopen(passed.connection);
  }
  while (!waiting_.empty() && waiting_.front().due + plan_.timeout <= now) {
    fail(waiting_.front(), failure::timeout, now);
    waiting_.pop_front();
  }
}

void worker::run_paces(time_point now) {
  while (!paces_.empty() && paces_.top().at <= now) {
    const timer passed = paces_.top();
    paces_.pop();
    if (!is_current(passed)) continue;
    const turn led_to = connections_[passed.connection]->on_pace(now, scratch_);
    if (led_to == turn::none) {
      set_pace(passed.connection);
    } else {
      handle(passed.connection, led_to);
    }
  }
}

void worker::give_up(time_point now) {
  for (const auto& each : connections_) {
    if (each->now() != state::busy) continue;
    --under_way_;
    fail(each->request(), failure::timeout, now);
    each->close();
  }
  for (const exchange& request : waiting_) fail(request, failure::timeout, now);
  waiting_.clear();
}

time_point worker::next_event() {
  time_point next = clock::now() + std::chrono::seconds(60);
  if (next_due_) next = std::min(next, start_ + next_due_->due - plan_.spin);
  if (!deadlines_.empty()) next = std::min(next, deadlines_.front().at);
  if (!waiting_.empty()) next = std::min(next, waiting_.front().due + plan_.timeout);
  if (!paces_.empty()) next = std::min(next, paces_.top().at);
  return next;
}

void worker::finish_answer(std::uint32_t index) {
  connection& on = *connections_[index];
  const exchange& request = on.request();
  const expectation& expected = plan_.mix[request.kind].expect;
  if (on.response().status() != expected.status) {
    fail(request, failure::status, request.answered);
  } else if (expected.length && *expected.length != on.response().body_bytes()) {
    fail(request, failure::length, request.answered);
  } else {
    counted_.total.answered.add(1);
    counted_.kinds[request.kind].answered.add(1);
    counted_.stages[request.stage].answered.add(1);
    counted_.last_answer.store(
        std::max(counted_.last_answer.load(), between(start_, request.answered)));
    record(request, request.answered);
  }
  const bool has_had_its_requests =
      plan_.requests_per_connection != 0 && on.answers() >= plan_.requests_per_connection;
  if (on.may_go_on() && !has_had_its_requests) return became_free(index);
  reopen(index);
}

void worker::fail(const exchange& request, failure kind, time_point at) {
  const auto index = static_cast<std::size_t>(kind);
  counted_.total.failures[index].add(1);
  counted_.kinds[request.kind].failures[index].add(1);
  counted_.stages[request.stage].failures[index].add(1);
  record(request, at);
}

void worker::record(const exchange& request, time_point at) {
  const std::uint64_t latency = between(request.due, at);
  counted_.total.latency.record(latency);
  counted_.kinds[request.kind].latency.record(latency);
  counted_.stages[request.stage].latency.record(latency);
  if (request.sent != time_point{}) counted_.service.record(between(request.sent, at));
}

}  // namespace generator
