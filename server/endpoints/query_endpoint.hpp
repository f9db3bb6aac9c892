// Queries over one collection, from the request's parameters or its JSON body to the answer's rows
// and fields. One request's work, on its thread and in its memory.
#pragma once

#include "server/collections/collection.hpp"
#include "server/collections/work_budget.hpp"
#include "server/request.hpp"
#include "server/response.hpp"

namespace server::endpoints {

/// Answers GET /collections/{name}?...
void answer_parameters(const request& asked, response& to, const collections::collection& of,
                       const collections::query_limits& limits);

/// Answers POST /collections/{name}/query: an object whose members are those parameters.
void answer_document(const request& asked, response& to, const collections::collection& of,
                     const collections::query_limits& limits);

}  // namespace server::endpoints
