// Whether a response is well framed and is the one that a case expects. Strict: a client may rely
// on what is checked here. Shares no code with the server.
#pragma once

#include <string>

#include "tests/conformance/cases.hpp"

namespace conformance {

/// What is wrong with the response; empty if nothing. `then`: what the response must announce.
std::string fault_in(const raw_response& got, const answer& expected, after then);

}  // namespace conformance
