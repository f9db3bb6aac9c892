// The work endpoints: the shapes that HTTP benchmarks share. Nothing in them is cached.
#pragma once

#include "server/router.hpp"

namespace server::endpoints {

/// GET /plaintext, GET /json, GET /items?count=N&via=document|writer, GET /fortunes?rows=N and
/// POST /echo.
void add_work(router& routes);

}  // namespace server::endpoints
