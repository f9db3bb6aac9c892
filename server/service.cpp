#include "server/service.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "server/effective_settings.hpp"

namespace server {

namespace {

constexpr std::chrono::milliseconds trim_interval{1000};
// For a client to take the last response after an error, and to close its side.
constexpr std::chrono::milliseconds linger_timeout{2000};

}  // namespace

service::service(shared_state& shared, ops::thread_statistics& statistics,
                 std::function<void()> on_closed)
    : shared_(shared),
      statistics_(statistics),
      on_closed_(std::move(on_closed)),
      memory_(memory_source::create(shared.settings.memory,
                                    shared.settings.request_memory_max_bytes,
                                    shared.routes.routes().size() + 1, &shared.budget)),
      connections_max_(effective_connections_max(shared.settings)),
      ages_(std::random_device()()) {
  begin_turn();
  update_date();
  next_trim_ = now_ + trim_interval;
}

std::chrono::milliseconds service::timeout_of(session::phase phase) const noexcept {
  const timeouts& times = shared_.settings.times;
  switch (phase) {
    case session::phase::idle:
      return times.idle;
    case session::phase::reading_header:
      return times.header;
    case session::phase::reading_body:
      return times.body;
    case session::phase::answering:
    case session::phase::handling:
    case session::phase::writing:
      return times.write;
    case session::phase::lingering:
      break;
  }
  return linger_timeout;
}

std::size_t service::rate_of(session::phase phase) const noexcept {
  const transfer_rates& rates = shared_.settings.rates;
  if (phase == session::phase::reading_body) return rates.body_min;
  return phase == session::phase::writing ? rates.write_min : 0;
}

bool service::try_take_place() noexcept {
  const std::size_t taken = shared_.connections.fetch_add(1, std::memory_order_relaxed);
  if (taken < connections_max_) return true;
  give_place_back();
  return false;
}

service::clock::time_point service::retirement() noexcept {
  const auto most = shared_.settings.times.connection_age;
  if (most == most.zero()) return clock::time_point::max();
  const auto earlier = static_cast<std::uint64_t>(most.count()) / 10 * (ages_() % 1024) / 1024;
  return now_ + most - std::chrono::milliseconds(earlier);
}

void service::opened(session& begun, session::admission as) noexcept {
  if (as == session::admission::refused) ++refusals_;
  sessions_.insert(begun);
  ++session_count_;
  statistics_.connections.add(1);
}

void service::closed(session::admission as) noexcept {
  --session_count_;
  if (as == session::admission::granted)
    give_place_back();
  else
    --refusals_;
  statistics_.connections.subtract(1);
  on_closed_();
}

void service::timed_out(session::phase phase, bool is_too_slow) noexcept {
  using ops::timeout;
  if (phase == session::phase::lingering) return;  // the client has what it gets
  const auto kind = [&] {
    switch (phase) {
      case session::phase::reading_header:
        return timeout::header;
      case session::phase::reading_body:
        return is_too_slow ? timeout::body_rate : timeout::body;
      case session::phase::answering:
      case session::phase::handling:
      case session::phase::writing:
        return is_too_slow ? timeout::write_rate : timeout::write;
      case session::phase::idle:
      case session::phase::lingering:
        break;
    }
    return timeout::idle;
  };
  statistics_.timeouts[kind()].add(1);
}

void service::answered(const session& by, const exchange& one, std::size_t bytes,
                       ops::access_entry::completeness how) noexcept {
  const auto latency = now_ - one.began;
  statistics_.record({.matched = one.matched,
                      .method = one.asked.method(),
                      .status = one.answer.status(),
                      .memory_bytes = one.memory.used_bytes(),
                      .latency = latency,
                      .bytes_sent = bytes});
  if (shared_.log == nullptr) return;
  std::array<char, 64> room;
  shared_.log->write({.remote = by.remote(room),
                      .method = one.asked.method_text(),
                      .target = one.asked.target(),
                      .version = one.asked.version(),
                      .status = one.answer.status(),
                      .bytes_sent = bytes,
                      .latency = latency,
                      .sent = how});
}

void service::tick() noexcept {
  begin_turn();
  update_date();
  sessions_.for_each([this](deadline_entry& entry) {
    if (entry.deadline() <= now_) static_cast<session&>(entry).expire();
  });
  if (now_ >= next_trim_ || shared_.budget.over_soft()) {
    memory_->trim();
    next_trim_ = now_ + trim_interval;
  }
  publish();
}

void service::begin_drain() noexcept {
  draining_ = true;
  sessions_.for_each([](deadline_entry& entry) { static_cast<session&>(entry).drain(); });
}

void service::abort_all() noexcept {
  sessions_.for_each([this](deadline_entry& entry) {
    auto& cut = static_cast<session&>(entry);
    if (cut.is_aborted()) return;
    statistics_.timeouts[ops::timeout::drain].add(1);
    cut.abort();
  });
}

// What only the tick looks at: nothing on the request path keeps count of it.
void service::publish() noexcept {
  using phase = session::phase;
  std::array<std::uint64_t, 7> doing{};
  sessions_.for_each([&](deadline_entry& entry) {
    ++doing[static_cast<std::size_t>(static_cast<session&>(entry).doing())];
  });
  const auto in = [&](phase one) { return doing[static_cast<std::size_t>(one)]; };
  ops::connection_states& states = statistics_.states;
  statistics_.turn();
  states.idle.store(in(phase::idle));
  states.reading.store(in(phase::reading_header) + in(phase::reading_body));
  states.handling.store(in(phase::handling));
  // Between turns, one that could answer waits until more can be written.
  states.writing.store(in(phase::answering) + in(phase::writing));
  states.lingering.store(in(phase::lingering));
  statistics_.memory.publish(memory_->statistics());
}

void service::update_date() noexcept {
  // IMF-fixdate (RFC 9110, section 5.6.7). The process stays in the C locale.
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, common_fields_bytes + 1> text;
  std::strftime(text.data(), text.size(),
                "Server: arena-server\r\nDate: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
  std::copy_n(text.begin(), common_fields_.size(), common_fields_.begin());
}

}  // namespace server
