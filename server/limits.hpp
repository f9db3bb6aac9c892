// The bounds that a request is held to. Defaults and where they come from: config.hpp.
#pragma once

#include <cstddef>

namespace server {

struct limits {
  std::size_t header_bytes_max;  ///< request line and fields; trailers of a chunked body apart
  std::size_t body_bytes_max;    ///< after chunked coding is undone
};

}  // namespace server
