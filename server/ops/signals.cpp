#include "server/ops/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace server::ops {

namespace {

// A wrapper may send its signal to the process and to its group: within this time it is one signal.
constexpr std::chrono::milliseconds one_signal{500};

// As a handler may: no log, no destructor.
extern "C" void end_at_once(int) {
  constexpr std::string_view line = "ended by a signal before it was ready\n";
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  std::_Exit(0);
}

void mask_reloads(int how) {
  sigset_t reloads;
  ::sigemptyset(&reloads);
  ::sigaddset(&reloads, SIGHUP);
  ::pthread_sigmask(how, &reloads, nullptr);
}

}  // namespace

signals_of_start::signals_of_start() {
  mask_reloads(SIG_BLOCK);
  std::signal(SIGTERM, end_at_once);
  std::signal(SIGINT, end_at_once);
}

void signals_of_start::end() {
  mask_reloads(SIG_UNBLOCK);
}

signals::signals(boost::asio::io_context& context, signal_actions actions)
    : context_(context),
      actions_(std::move(actions)),
      stops_(context, SIGTERM, SIGINT),
      reloads_(context, SIGHUP),
      delay_(context) {
  wait_for_stop();
  wait_for_reload();
}

signals::~signals() {
  stops_.clear();  // a signal ends the process now, should the loading take long
  if (reloading_.joinable()) reloading_.join();
}

void signals::wait_for_stop() {
  stops_.async_wait([this](boost::system::error_code failure, int number) {
    if (!failure) stop(number);
  });
}

void signals::wait_for_reload() {
  reloads_.async_wait([this](boost::system::error_code failure, int) {
    if (failure) return;
    is_reloading_ ? static_cast<void>(reloads_again_ = true) : reload();
    wait_for_reload();
  });
}

void signals::stop(int number) {
  const auto now = std::chrono::steady_clock::now();
  if (!first_stop_) {
    first_stop_ = now;
    actions_.announce_drain();
    spdlog::info("signal {}: draining", number);
    delay_.expires_after(number == SIGTERM ? actions_.drain_delay : std::chrono::milliseconds(0));
    delay_.async_wait([this](boost::system::error_code failure) {
      if (!failure) actions_.drain();
    });
  } else if (now - *first_stop_ > one_signal) {
    stops_.clear();
    std::raise(number);
    std::_Exit(128 + number);  // process 1 of a container is not ended by a signal of its own
  }
  wait_for_stop();
}

// On another thread, so that a long loading does not hold up SIGTERM.
void signals::reload() {
  is_reloading_ = true;
  if (reloading_.joinable()) reloading_.join();
  reloading_ = std::thread([this] {
    actions_.reload();
    boost::asio::post(context_, [this] {
      is_reloading_ = false;
      if (std::exchange(reloads_again_, false)) reload();
    });
  });
}

}  // namespace server::ops
