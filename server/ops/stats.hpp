// GET /stats: what the server counts, as one JSON object.
#pragma once

#include "server/config.hpp"
#include "server/ops/statistics.hpp"
#include "server/router.hpp"

namespace server::ops {

/// Lifetime: `settings` and `counted` must outlive the router.
void add_stats(router& routes, const config& settings, const statistics& counted);

}  // namespace server::ops
