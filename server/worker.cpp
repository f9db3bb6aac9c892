#include "server/worker.hpp"

#include <utility>

#include <boost/asio/post.hpp>

namespace server {

namespace {

// How late a deadline may be noticed, and a Date be. Coarse enough to cost nothing.
constexpr std::chrono::milliseconds tick_interval{250};

}  // namespace

worker::worker(shared_state& shared, ops::thread_statistics& statistics,
               const boost::asio::ip::tcp::endpoint& address)
    : service_(shared, statistics,
               [this] {
                 listener_.resume();
                 stop_if_done();
               }),
      poller_(context_),
      listener_(service_, poller_, context_, address),
      ticker_(context_) {}

worker::~worker() {
  // What was posted before, a drain for instance, may begin sessions though run() was never called.
  context_.restart();
  context_.poll();
  // A session may not go before its wait has ended, since the wait is kept in it.
  service_.abort_all();
  context_.restart();
  context_.poll();
}

void worker::run() {
  poller_.start();
  listener_.start();
  schedule_tick();
  context_.run();
  has_ended_ = true;
}

void worker::drain() {
  boost::asio::post(context_, [this] { begin_drain(); });
}

void worker::after_turn(std::function<void()> action) {
  boost::asio::post(context_, std::move(action));
}

void worker::begin_drain() {
  if (service_.draining()) return;
  drain_deadline_ = std::chrono::steady_clock::now() + service_.settings().times.drain;
  listener_.stop();
  service_.begin_drain();
  stop_if_done();
}

void worker::stop_if_done() noexcept {
  if (service_.draining() && service_.sessions() == 0) context_.stop();
}

void worker::schedule_tick() {
  ticker_.expires_after(tick_interval);
  ticker_.async_wait(ticking_.keep([this](boost::system::error_code failure) {
    if (!failure) tick();
  }));
}

void worker::tick() {
  service_.tick();
  if (service_.draining() && service_.now() >= drain_deadline_) service_.abort_all();
  listener_.resume();
  schedule_tick();
}

}  // namespace server
