// The value of the Date field, formatted once a second and a thread.
#pragma once

#include <string>

namespace baseline {

// Lifetime: the calling thread's, until its next call in another second.
const std::string& http_date();

}  // namespace baseline
