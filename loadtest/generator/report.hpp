// What a run found, as the JSON that the lab reads and as a few lines for people.
#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include "loadtest/generator/histogram.hpp"
#include "loadtest/generator/load_run.hpp"
#include "loadtest/generator/plan.hpp"

namespace generator {

/// In microseconds. Nothing where fewer than ten samples lie beyond (p99.9, p99.99), or there are
/// none.
std::optional<double> percentile_us(const histogram& of, double share);

boost::json::value report(const plan& wanted, const run_result& result);
std::string summary(const plan& wanted, const run_result& result);

}  // namespace generator
