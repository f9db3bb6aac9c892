// The data endpoints: what was loaded at start, over HTTP.
#pragma once

#include "server/collections/store.hpp"
#include "server/collections/work_budget.hpp"
#include "server/router.hpp"

namespace server::endpoints {

/// GET /collections, GET /collections/{name} and POST /collections/{name}/query, whose queries
/// docs/queries.md describes, and GET /collections/{name}/{id}.
/// `served` must outlive `routes`.
void add_collections(router& routes, const collections::store& served,
                     const collections::query_limits& limits);

}  // namespace server::endpoints
