#include "loadtest/generator/load_run.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

namespace generator {
namespace {

// Connections, and for each thread its poller; the rest is for what the process has open anyway.
void raise_descriptor_limit(const plan& wanted) {
  const rlim_t needed = wanted.connections + 2 * wanted.threads + 32;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return;
  if (limit.rlim_max < needed) {
    throw std::runtime_error(std::to_string(wanted.connections) + " connections need " +
                             std::to_string(needed) + " descriptors and only " +
                             std::to_string(limit.rlim_max) +
                             " are allowed: raise the hard limit (ulimit -Hn) or ask for fewer");
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot raise the limit of descriptors");
  }
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

load_run::load_run(const plan& wanted)
    : plan_(wanted), server_(resolve(wanted.address, wanted.port)), failures_(wanted.threads) {
  raise_descriptor_limit(wanted);
  for (std::size_t i = 0; i < wanted.threads; ++i) {
    workers_.push_back(
        std::make_unique<worker>(wanted, server_, schedule::share{i, wanted.threads}));
  }
  finished_ = ::eventfd(0, EFD_CLOEXEC);
  if (finished_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

load_run::~load_run() {
  request_stop(worker::stop::all);
  join();
  ::close(finished_);
}

// The connections are opened here, one worker after the other; their threads start only then, and
// the schedule a little later still, when all of them wait for it.
void load_run::start() {
  for (const auto& each : workers_) {
    try {
      each->open_connections();
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(plan_.address + ":" + std::to_string(plan_.port) + ": " +
                               error.what() + "; is the server running?");
    }
  }
  start_ = clock::now() + std::chrono::milliseconds(20);
  running_ = workers_.size();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    threads_.emplace_back([this, i] {
      try {
        workers_[i]->run(start_);
      } catch (...) {
        failures_[i] = std::current_exception();
        for (const auto& each : workers_) each->request_stop(worker::stop::all);
      }
      if (--running_ == 0) ::eventfd_write(finished_, 1);
    });
  }
}

progress load_run::now() const {
  progress so_far;
  histogram latency;
  for (const auto& each : workers_) {
    so_far.answered += each->counted().total.answered.load();
    so_far.failed += each->counted().total.failed();
    latency.merge(each->counted().total.latency);
  }
  so_far.elapsed = clock::now() - start_;
  so_far.p99_us = latency.quantile(0.99) / 1000;
  return so_far;
}

void load_run::request_stop(worker::stop wanted) {
  if (stopped_at_ == 0)
    stopped_at_ =
        std::max<std::int64_t>(1, std::chrono::nanoseconds(clock::now() - start_).count());
  for (const auto& each : workers_) each->request_stop(wanted);
}

void load_run::join() {
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

std::unique_ptr<run_result> load_run::finish() {
  join();
  for (const std::exception_ptr& failure : failures_) {
    if (failure) std::rethrow_exception(failure);
  }
  auto result = std::make_unique<run_result>(plan_);
  for (const auto& each : workers_) result->counted.merge(each->counted());
  const auto length = schedule::length(plan_.schedule);
  const std::chrono::nanoseconds stopped(stopped_at_.load());
  if (stopped.count() != 0 && stopped < length) result->extent = completeness::partial;
  result->scheduled_seconds = seconds(result->extent == completeness::partial ? stopped : length);
  const double last_answer = static_cast<double>(result->counted.last_answer.load()) / 1e9;
  result->seconds = std::max(result->scheduled_seconds, last_answer);
  result->wall_seconds = std::max(result->seconds, seconds(clock::now() - start_));
  return result;
}

std::unique_ptr<run_result> run(const plan& wanted) {
  load_run whole(wanted);
  whole.start();
  return whole.finish();
}

}  // namespace generator
