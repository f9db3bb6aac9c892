// The data endpoints: what was loaded at start, over HTTP. Rows are written straight from the
// stored documents into the response.
#pragma once

#include "server/collections/store.hpp"
#include "server/router.hpp"

namespace server::endpoints {

/// GET /collections, GET /collections/{name}?limit=&offset= and GET /collections/{name}/{id}.
/// `served` must outlive `routes`.
void add_collections(router& routes, const collections::store& served);

}  // namespace server::endpoints
