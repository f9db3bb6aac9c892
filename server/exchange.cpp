#include "server/exchange.hpp"

#include <cassert>
#include <exception>
#include <new>
#include <utility>

#include <spdlog/spdlog.h>

#include "server/error_response.hpp"

namespace server {

namespace {

constexpr problem handler_failed = {http::status::internal_server_error,
                                    "The handler failed; the log has the reason."};

// For the log: the pattern, since the path is what the client sent.
std::string_view endpoint_name(const route* matched) noexcept {
  return matched != nullptr ? std::string_view(matched->pattern) : "routing";
}

}  // namespace

exchange::exchange(request_memory leased, const limits& bounds, clock::time_point now)
    : memory(std::move(leased)),
      asked(memory),
      parser(asked, memory, bounds),
      answer(memory.resource()),
      began(now) {}

exchange_ptr exchange::begin(memory_source& source, std::size_t kind, const limits& bounds,
                             clock::time_point now) {
  request_memory leased = source.begin(kind);
  std::pmr::memory_resource* const memory = leased.resource();
  const bool goes_whole = leased.is_released_whole();
  void* const place = memory->allocate(sizeof(exchange), alignof(exchange));
  try {
    return exchange_ptr(::new (place) exchange(std::move(leased), bounds, now));
  } catch (...) {
    if (!goes_whole) memory->deallocate(place, sizeof(exchange), alignof(exchange));
    throw;
  }
}

void exchange_end::operator()(exchange* ended) const noexcept {
  const request_memory memory = std::move(ended->memory);
  assert(ended->next == nullptr);
  // Nothing in an exchange holds more than memory, and an arena wants none of it back.
  if (memory.is_released_whole()) return;
  std::destroy_at(ended);
  memory.resource()->deallocate(ended, sizeof(exchange), alignof(exchange));
}

template <class Step>
void exchange::guarded(Step step) noexcept {
  try {
    step();
  } catch (const arena::memory_budget_exceeded&) {
    unanswerable_ = true;  // it is the server's memory that is spent: nothing more is tried with it
  } catch (const std::bad_alloc& spent) {
    spdlog::warn("{}: {}", endpoint_name(matched), spent.what());
    out_of_memory_ = true;
    fail(out_of_request_memory);
  } catch (const std::exception& failure) {
    spdlog::error("{}: {}", endpoint_name(matched), failure.what());
    fail(handler_failed);
  } catch (...) {
    spdlog::error("{}: threw what is not a std::exception", endpoint_name(matched));
    fail(handler_failed);
  }
}

// A handler that threw may have given its completion to another thread, whose the response is then.
void exchange::fail(const problem& wrong) noexcept {
  if (waiting_ == waiting::in_handler)
    failure_ = &wrong;
  else
    refuse(wrong);
}

void exchange::find_route(const router& routes) noexcept {
  if (refused_ || unanswerable_) return;  // memory ran out here before: that is the answer
  guarded([&] {
    const auto [found, allow] = routes.match(asked);
    matched = found;
    allow_ = allow;
    routed_ = true;
  });
}

exchange::handled exchange::handle(const router& routes, waiter& told) noexcept {
  told_ = &told;
  guarded([&] { call_handler(routes); });
  auto still = waiting::in_handler;
  if (waiting_.load(std::memory_order_relaxed) != waiting::for_nobody &&
      waiting_.compare_exchange_strong(still, waiting::suspended))
    return handled::later;
  conclude(routes);
  return handled::now;
}

void exchange::call_handler(const router& routes) {
  has_route(routes);
  if (!routed_) return;  // for want of memory
  for (const auto& hook : routes.before()) {
    if (hook(asked, answer) == verdict::answered) return;
  }
  if (matched == nullptr) return answer_no_route();
  if (matched->handle) return matched->handle(asked, answer);
  waiting_ = waiting::in_handler;
  memory.serve_any_thread();
  matched->handle_later(asked, answer, completion(*this));
}

void exchange::conclude(const router& routes) noexcept {
  memory.serve_own_thread();
  if (failure_ != nullptr) {
    refuse(*failure_);
  } else if (waiting_ == waiting::dropped && !refused_) {
    spdlog::error("{}: dropped its completion", endpoint_name(matched));
    refuse(handler_failed);
  }
  for (const auto& hook : routes.after()) guarded([&] { hook(asked, answer); });
}

void exchange::complete(outcome how) noexcept {
  const auto now = how == outcome::answered ? waiting::answered : waiting::dropped;
  if (waiting_.exchange(now) == waiting::suspended) told_->handled_later();
}

void exchange::refuse(const problem& wrong) noexcept {
  refused_ = true;
  try {
    memory.open_reserve();
    write_error(wrong, answer);
  } catch (const std::bad_alloc&) {
    unanswerable_ = true;
  }
}

void exchange::finish(std::string_view common_fields, response::connection after) noexcept {
  const auto content =
      asked.method() == http::verb::head ? response::content::omit : response::content::send;
  try {
    try {
      answer.finish(common_fields, after, content);
    } catch (const arena::allocation_limit_exceeded&) {
      out_of_memory_ = true;
      refuse(out_of_request_memory);
      answer.finish(common_fields, after, content);
    }
  } catch (const std::bad_alloc&) {
    unanswerable_ = true;
  }
}

void exchange::answer_no_route() {
  const http::verb method = asked.method();
  if (method == http::verb::unknown || method == http::verb::trace || method == http::verb::connect)
    return write_error({http::status::not_implemented, "This server does not know the method."},
                       answer);
  if (allow_.empty())
    return write_error({http::status::not_found, "Nothing is served at this path."}, answer);
  if (method == http::verb::options)
    answer.status(http::status::no_content);
  else
    write_error({http::status::method_not_allowed, "The method is not served at this path."},
                answer);
  answer.field("Allow", allow_);
}

}  // namespace server
