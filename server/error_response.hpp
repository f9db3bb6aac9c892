// The one place where a problem becomes an answer: application/problem+json (RFC 9457).
#pragma once

#include "server/problem.hpp"
#include "server/response.hpp"

namespace server {

/// Replaces whatever `to` holds by the answer to `wrong`. Needs less memory than
/// error_reserve_bytes for a detail of up to 1 KiB.
void write_error(const problem& wrong, response& to);

}  // namespace server
