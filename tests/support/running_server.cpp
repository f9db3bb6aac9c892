#include "tests/support/running_server.hpp"

#include "server/endpoints/collections.hpp"
#include "server/endpoints/work.hpp"
#include "server/ops/metrics.hpp"
#include "server/ops/stats.hpp"

namespace {

server::config settings_for_tests(const std::function<void(server::config&)>& adjust) {
  server::config settings;
  settings.address = "127.0.0.1";
  settings.port = 0;
  settings.threads = 1;
  adjust(settings);
  return settings;
}

}  // namespace

running_server::running_server(const std::function<void(server::config&)>& adjust,
                               const std::function<void(server::router&)>& extend)
    : settings_(settings_for_tests(adjust)),
      log_(settings_.access_log.empty() ? nullptr
                                        : std::make_unique<server::ops::logging>(settings_)),
      accesses_(log_ == nullptr ? nullptr
                                : std::make_unique<server::ops::access_log>(
                                      *log_, settings_.access_log, settings_.format)),
      data_(settings_.data),
      budget_(server::make_budget(settings_)) {
  server::endpoints::add_work(routes_);
  server::endpoints::add_collections(
      routes_, data_,
      {.rows_max = settings_.bounds.query_rows_max, .time_max = settings_.times.query});
  server::ops::add_health(routes_, ready_, counted_);
  server::ops::add_stats(routes_, settings_, counted_);
  server::ops::add_metrics(
      routes_, {.settings = settings_, .counted = counted_, .budget = &budget_, .log = log_.get()});
  extend(routes_);
  http_ = std::make_unique<server::http_server>(settings_, routes_, counted_, ready_, budget_,
                                                accesses_.get());
  http_->start();
}
