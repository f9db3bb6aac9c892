#include "server/worker.hpp"

#include <ctime>

#include <boost/asio/post.hpp>

namespace server {

namespace {

// How late a deadline may be noticed, and a Date be. Coarse enough to cost nothing.
constexpr std::chrono::milliseconds tick_interval{250};
constexpr std::chrono::milliseconds trim_interval{1000};
// For a client to take the last response after an error, and to close its side.
constexpr std::chrono::milliseconds linger_timeout{2000};

}  // namespace

worker::worker(const config& settings, const router& routes, ops::thread_statistics& statistics,
               const boost::asio::ip::tcp::endpoint& address)
    : settings_(settings),
      routes_(routes),
      statistics_(statistics),
      // Only this thread does I/O here; other threads do no more than post to it.
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      memory_(memory_source::create(settings.memory, settings.request_memory_max_bytes,
                                    routes.routes().size() + 1)),
      listener_(*this, context_, address),
      ticker_(context_) {
  update_clocks();
  next_trim_ = now_ + trim_interval;
}

worker::~worker() {
  // A session may not go before its wait has ended, since the wait is kept in it.
  sessions_.for_each([](deadline_entry& entry) { static_cast<session&>(entry).abort(); });
  context_.restart();
  context_.poll();
}

void worker::run() {
  update_clocks();
  listener_.start();
  schedule_tick();
  context_.run();
}

void worker::drain() {
  boost::asio::post(context_, [this] { begin_drain(); });
}

void worker::begin_drain() {
  if (draining_) return;
  draining_ = true;
  drain_deadline_ = std::chrono::steady_clock::now() + settings_.times.drain;
  listener_.stop();
  sessions_.for_each([](deadline_entry& entry) { static_cast<session&>(entry).drain(); });
  stop_if_done();
}

void worker::stop_if_done() noexcept {
  if (draining_ && session_count_ == 0) context_.stop();
}

void worker::opened(tcp_socket socket) {
  auto started = std::make_unique<session>(*this, std::move(socket));
  sessions_.insert(*started);
  ++session_count_;
  statistics_.connections.add(1);
  started.release()->start();  // from here on it is the list's
}

void worker::closed(session& ended) noexcept {
  delete &ended;
  --session_count_;
  statistics_.connections.subtract(1);
  stop_if_done();
}

void worker::schedule_tick() {
  ticker_.expires_after(tick_interval);
  ticker_.async_wait(ticking_.keep([this](boost::system::error_code failure) {
    if (!failure) tick();
  }));
}

void worker::tick() {
  update_clocks();
  const bool cut = draining_ && now_ >= drain_deadline_;
  sessions_.for_each([&](deadline_entry& entry) {
    if (cut) return static_cast<session&>(entry).abort();
    if (entry.deadline() <= now_) static_cast<session&>(entry).expire();
  });
  if (now_ >= next_trim_) {
    memory_->trim();
    next_trim_ = now_ + trim_interval;
  }
  statistics_.memory.publish(memory_->statistics());
  schedule_tick();
}

void worker::update_clocks() {
  now_ = std::chrono::steady_clock::now();
  // IMF-fixdate (RFC 9110, section 5.6.7). The process stays in the C locale.
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 30> text;
  std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  std::copy_n(text.begin(), date_.size(), date_.begin());
}

std::chrono::milliseconds worker::timeout_of(session::phase phase) const noexcept {
  switch (phase) {
    case session::phase::idle:
      return settings_.times.idle;
    case session::phase::reading_header:
      return settings_.times.header;
    case session::phase::reading_body:
      return settings_.times.body;
    case session::phase::answering:
    case session::phase::writing:
      return settings_.times.write;
    case session::phase::lingering:
      break;
  }
  return linger_timeout;
}

void worker::record(const exchange& answered) noexcept {
  statistics_.record(answered.matched, answered.answer.status(), answered.memory.used_bytes());
}

}  // namespace server
