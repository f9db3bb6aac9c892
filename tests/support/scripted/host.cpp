#include "tests/support/scripted/host.hpp"

#include <string>
#include <vector>

#include <spdlog/spdlog.h>

#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/ops/metrics.hpp"
#include "server/ops/stats.hpp"
#include "tests/support/scripted/clock.hpp"
#include "tests/support/scripted/violation.hpp"

namespace scripted {

namespace {

// First of all: the loading of data is logged, and so is every handler that throws.
std::vector<std::string> no_files_and_no_log() {
  spdlog::set_level(spdlog::level::off);
  return {};
}

}  // namespace

host::host()
    : data_(no_files_and_no_log()),
      budget_(0, 0),
      shared_{settings_, routes_, ready_, budget_, nullptr} {
  server::endpoints::add_work(routes_);
  server::endpoints::add_collections(routes_, data_,
                                     {.rows_max = 1000, .time_max = std::chrono::seconds(10)});
  server::ops::add_health(routes_, ready_, counted_);
  server::ops::add_stats(routes_, settings_, counted_);
  server::ops::add_metrics(routes_,
                           {.settings = settings_, .counted = counted_, .budget = &budget_});
  add_test_routes(routes_, handlers_);
  mine_ = &counted_.add_thread(routes_);
}

void host::start(const server::config& settings, std::size_t hard_bytes) {
  reset_clock();
  settings_ = settings;
  budget_.marks(hard_bytes / 5 * 4, hard_bytes);
  ready_.set(true);
  handlers_.handled.clear();
  timeouts_before_ = timeouts_ever();
  service_ = std::make_unique<server::service>(shared_, *mine_);
}

void host::stop() {
  expect(service_->sessions() == 0 && service_->refusals() == 0, "a session is left");
  expect(shared_.connections == 0, "a place is left taken");
  expect(mine_->connections.load() == 0, "a connection is left counted");
  service_.reset();
  expect(budget_.used() == 0, "memory is left charged to the budget");
}

std::uint64_t host::timeouts_ever() const {
  std::uint64_t all = 0;
  for (std::size_t kind = 0; kind < server::ops::timeout_names.size(); ++kind)
    all += mine_->timeouts[static_cast<server::ops::timeout>(kind)].load();
  return all;
}

}  // namespace scripted
