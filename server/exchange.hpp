// One request and its response, which live in the request's own memory together with everything
// that belongs to them. Owned by a session, through exchange_ptr; its end is the release of that
// memory: after the last byte is out.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "server/completion.hpp"
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

class exchange final : private completion::receiver {
 public:
  using clock = std::chrono::steady_clock;

  /// Leases memory for a request of that kind from `source` and starts an exchange in it. Throws
  /// std::bad_alloc.
  static exchange_ptr begin(memory_source& source, std::size_t kind, const limits& bounds,
                            clock::time_point now);

  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// Whether there is a handler for the request, whose header must be complete.
  bool has_route(const router& routes) noexcept {
    if (!routed_) find_route(routes);
    return matched != nullptr;
  }
  /// Whether that is one that answers later.
  bool answers_later(const router& routes) noexcept {
    return has_route(routes) && matched->handle_later != nullptr;
  }

  enum class handled { now, later };
  /// Whom handle() tells that a handler that answers later is done; on any thread, at most once.
  class waiter {
   public:
    virtual void handled_later() noexcept = 0;

   protected:
    ~waiter() = default;
  };

  /// Routes the request and has it answered. What a handler throws becomes a 500, or a 503 where
  /// the request's memory was spent. With `later`, `told` is told, and then conclude() must follow.
  handled handle(const router& routes, waiter& told) noexcept;
  /// Ends the handling of a request that was answered later.
  void conclude(const router& routes) noexcept;
  /// Replaces the response by an error.
  void refuse(const problem& wrong) noexcept;
  /// Makes the response ready to be sent. `common_fields` as
  /// response::finish().
  void finish(std::string_view common_fields, response::connection after) noexcept;
  /// Whether memory was missing even for an error: then there is no response to send.
  bool unanswerable() const noexcept { return unanswerable_; }
  /// Whether the response says that the request's memory was spent in the handler or after it.
  bool out_of_memory() const noexcept { return out_of_memory_; }

  request_memory memory;  // first, so that it is there for all that follows
  request asked;
  request_parser parser;
  response answer;
  const route* matched = nullptr;  // null where no route was found or asked for
  const clock::time_point began;   // when its first byte was there
  exchange_ptr next;               // the one behind it in the pipeline
  std::size_t held_bytes = 0;      // what it counts for there

 private:
  // Of a handler that answers later.
  enum class waiting : unsigned char { for_nobody, in_handler, suspended, answered, dropped };

  exchange(request_memory leased, const limits& bounds, clock::time_point now);
  void complete(outcome how) noexcept override;
  void find_route(const router& routes) noexcept;
  void call_handler(const router& routes);
  void answer_no_route();
  void fail(const problem& wrong) noexcept;
  /// Runs `step`; what it throws becomes the answer.
  template <class Step>
  void guarded(Step step) noexcept;

  std::string_view allow_;  // what else is served there, once routed
  bool routed_ = false;
  bool refused_ = false;
  bool unanswerable_ = false;
  bool out_of_memory_ = false;
  std::atomic<waiting> waiting_ = waiting::for_nobody;
  waiter* told_ = nullptr;
  const problem* failure_ = nullptr;  // what to say once the completion is back
};

}  // namespace server
