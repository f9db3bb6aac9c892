#include "server/http_server.hpp"

#include <future>
#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/effective_settings.hpp"

namespace server {

namespace {

using boost::asio::ip::tcp;

tcp::endpoint address_of(const config& settings) {
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(settings.address, failure);
  if (failure) throw std::runtime_error("--address " + settings.address + " is no IP address");
  return {address, settings.port};
}

std::size_t soft_of(std::size_t hard_bytes) {
  return hard_bytes / 5 * 4;
}

// With SO_REUSEPORT a second server would silently share the port, so a plain bind asks first.
void require_free(const tcp::endpoint& address) {
  boost::asio::io_context context;
  tcp::acceptor probe(context);
  probe.open(address.protocol());
  probe.set_option(tcp::acceptor::reuse_address(true));
  probe.bind(address);
}

}  // namespace

arena::memory_budget make_budget(const config& settings, std::size_t data_bytes) {
  const std::size_t hard_bytes = effective_memory_max(settings, data_bytes);
  return {soft_of(hard_bytes), hard_bytes};
}

void adapt_budget(arena::memory_budget& budget, const config& settings,
                  std::size_t data_bytes) noexcept {
  const std::size_t hard_bytes = effective_memory_max(settings, data_bytes);
  budget.marks(soft_of(hard_bytes), hard_bytes);
}

http_server::http_server(const config& settings, const router& routes, ops::statistics& counted,
                         ops::readiness& ready, arena::memory_budget& budget, ops::access_log* log)
    : shared_{settings, routes, ready, budget, log}, counted_(counted), ready_(ready) {}

http_server::~http_server() {
  drain();
  wait();
}

void http_server::start() {
  tcp::endpoint address = address_of(shared_.settings);
  try {
    if (shared_.settings.port != 0) require_free(address);
    bind_workers(address);
  } catch (const boost::system::system_error& failure) {
    throw std::runtime_error("cannot listen on " + shared_.settings.address + " port " +
                             std::to_string(shared_.settings.port) + ": " +
                             failure.code().message());
  }
  for (const auto& each : workers_) threads_.emplace_back([&running = *each] { running.run(); });
  ready_.set(true);
}

void http_server::bind_workers(tcp::endpoint address) {
  for (unsigned i = effective_threads(shared_.settings); i > 0; --i) {
    workers_.push_back(
        std::make_unique<worker>(shared_, counted_.add_thread(shared_.routes), address));
    address = workers_.back()->address();  // the real port, where 0 was asked for
  }
  port_ = address.port();
}

void http_server::drain() {
  ready_.set(false);
  for (const auto& each : workers_) each->drain();
}

void http_server::on_each_thread(const std::function<void()>& action) {
  std::vector<std::future<void>> turns;
  for (const auto& each : workers_) {
    const auto turn = std::make_shared<std::packaged_task<void()>>(action);
    turns.push_back(turn->get_future());
    each->after_turn([turn] { (*turn)(); });
  }
  const auto is_over = [&](std::size_t i) {
    return turns[i].wait_for(std::chrono::milliseconds(100)) == std::future_status::ready;
  };
  for (std::size_t i = 0; i < turns.size(); ++i) {
    while (!is_over(i) && !workers_[i]->has_ended()) {
    }
  }
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (is_over(i)) turns[i].get();
  }
}

void http_server::wait_for_turns() {
  on_each_thread([] {});
}

void http_server::wait() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace server
