// One request and its response, which live in the request's own memory together with everything
// that belongs to them. Owned by a session, through exchange_ptr; its end is the release of that
// memory: after the last byte is out.
#pragma once

#include <cstddef>
#include <memory>

#include "server/limits.hpp"
#include "server/request.hpp"
#include "server/request_memory.hpp"
#include "server/request_parser.hpp"
#include "server/response.hpp"
#include "server/router.hpp"

namespace server {

class exchange;

/// What a request is told that the budget was too small for: 503.
inline constexpr problem out_of_request_memory = {
    http::status::service_unavailable, "Answering needs more memory than a request may use."};

/// Destroys the exchange, then releases its memory as a whole.
struct exchange_end {
  void operator()(exchange* ended) const noexcept;
};
using exchange_ptr = std::unique_ptr<exchange, exchange_end>;

class exchange {
 public:
  /// Leases memory for a request of that kind from `source` and starts an exchange in it. Throws
  /// std::bad_alloc.
  static exchange_ptr begin(memory_source& source, std::size_t kind, const limits& bounds);

  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// Routes the request and has it answered. What a handler throws becomes a 500, or
  /// a 503 where the request's memory was spent. Throws std::bad_alloc where not even that can be
  /// built.
  void handle(const router& routes);
  /// Replaces the response by an error.
  void refuse(const problem& wrong);

  request_memory memory;  // first, so that it is there for all that follows
  request asked;
  request_parser parser;
  response answer;
  const route* matched = nullptr;  // null where no route was found or asked for
  bool keep_alive = false;         // whether the connection goes on after this
  exchange_ptr next;               // the one behind it in the pipeline

 private:
  exchange(request_memory leased, const limits& bounds);
  void answer_no_route(std::string_view allow);
};

}  // namespace server
