// A whole run: the workers on their threads, the common start, and what all of them counted. The
// thread that made it starts it, may look at its progress and stop it, and takes the result.
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "loadtest/generator/endpoint.hpp"
#include "loadtest/generator/plan.hpp"
#include "loadtest/generator/tally.hpp"
#include "loadtest/generator/worker.hpp"

namespace generator {

struct progress {
  std::chrono::nanoseconds elapsed{};
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  double p99_us = 0;
};

enum class completeness { whole, partial };

struct run_result {
  explicit run_result(const plan& wanted) : counted(wanted.mix.size(), wanted.schedule.size()) {}

  tally counted;
  completeness extent = completeness::whole;
  double scheduled_seconds = 0;  ///< how long the schedule ran: less than planned if stopped
  double seconds = 0;            ///< to the end of the schedule or the last answer, if later
  double wall_seconds = 0;       ///< to the end of the last request
};

class load_run {
 public:
  /// Raises the soft limit of descriptors. Throws std::runtime_error if they do not suffice or the
  /// server is not found. Lifetime: `wanted` must outlive the run.
  explicit load_run(const plan& wanted);
  ~load_run();

  /// Opens the connections, all of them, and starts the schedule. Throws if that fails.
  void start();
  /// Readable when all has ended.
  int finished_descriptor() const { return finished_; }
  progress now() const;
  void request_stop(worker::stop wanted);
  /// Waits for the end. Throws what a worker threw.
  std::unique_ptr<run_result> finish();

 private:
  void join();

  const plan& plan_;
  endpoint server_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::exception_ptr> failures_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> running_{0};
  std::atomic<std::int64_t> stopped_at_{0};  // nanoseconds after the start; 0: never
  time_point start_;
  int finished_ = -1;
};

/// A whole run without looking in between.
std::unique_ptr<run_result> run(const plan& wanted);

}  // namespace generator
