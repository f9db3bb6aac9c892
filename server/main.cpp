// arena-server: reads its settings, loads its data, serves until SIGTERM or SIGINT.
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include "server/collections/catalogue.hpp"
#include "server/config.hpp"
#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/http_server.hpp"
#include "server/ops/health.hpp"
#include "server/ops/logging.hpp"
#include "server/ops/stats.hpp"
#include "server/router.hpp"

namespace {

// A wrapper may send its signal to the process and to its group: within this time it is one signal.
constexpr std::chrono::milliseconds one_signal{500};

// The first signal drains the server, a later one ends the process at once.
class stop_signals {
 public:
  stop_signals(boost::asio::io_context& context, server::http_server& running)
      : signals_(context, SIGTERM, SIGINT), running_(running) {
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code failure, int number) {
      if (!failure) received(number);
    });
  }
  void received(int number) {
    const auto now = std::chrono::steady_clock::now();
    if (!first_) {
      first_ = now;
      spdlog::info("signal {}: draining", number);
      running_.drain();
    } else if (now - *first_ > one_signal) {
      signals_.clear();
      std::raise(number);
    }
    wait();
  }

  boost::asio::signal_set signals_;
  server::http_server& running_;
  std::optional<std::chrono::steady_clock::time_point> first_;
};

int serve(const server::config& settings) {
  server::ops::start_logging(settings);
  const server::collections::catalogue data(settings.data);
  server::ops::statistics counted;
  server::ops::readiness ready;
  server::router routes;
  server::endpoints::add_work(routes);
  server::endpoints::add_collections(routes, data);
  server::ops::add_health(routes, ready);
  server::ops::add_stats(routes, settings, counted);

  server::http_server running(settings, routes, counted, ready);
  boost::asio::io_context context;
  stop_signals signals(context, running);
  running.start();
  spdlog::info("arena-server ready on {}:{}, {} threads, memory {}", settings.address,
               running.port(), server::effective_threads(settings), to_string(settings.memory));
  std::thread waiter([&] {
    running.wait();
    context.stop();
  });
  context.run();
  waiter.join();
  spdlog::info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const server::command_line line = server::read_command_line(argc, argv);
    if (line.stop.empty()) return serve(line.settings);
    (line.stop.front().code == 0 ? std::cout : std::cerr) << line.stop.front().text;
    return line.stop.front().code;
  } catch (const std::exception& failure) {
    std::cerr << "arena-server: " << failure.what() << "\n";
    return 1;
  }
}
