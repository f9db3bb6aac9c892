// What the server's own handlers allocate and free for a request: recorded once, at the program's
// start, by running them on a resource that watches. A trace is then replayed on each allocator.
// Recorded once, at the program's start; then only read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// One call. A slot is where the replay keeps the pointer; it serves again after its deallocation.
struct step {
  std::uint32_t bytes;
  std::uint16_t slot;
  std::uint8_t alignment;
  bool takes;  // else gives back
};

struct recorded_request {
  std::vector<step> steps;
  std::vector<step> left;  ///< deallocations of what the request itself never gave back
};

struct trace {
  std::vector<recorded_request> requests;
  std::size_t slots = 0;        ///< how many a replay needs
  std::size_t allocations = 0;  ///< of all requests together

  /// In one line: requests, calls, sizes.
  std::string describe() const;
};

/// GET /items and POST /echo of the same document, through the server's own parser, router,
/// handlers and response, with JSON documents freed node by node. Throws std::runtime_error where a
/// request is not answered with 200, so that no error page is measured.
trace record_trace();

}  // namespace bench
