#include "server/exchange.hpp"

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

exchange::exchange(request_memory leased, const limits& bounds)
    : memory(std::move(leased)),
      asked(memory),
      parser(asked, memory, bounds),
      answer(memory.resource()) {}

exchange_ptr exchange::begin(memory_source& source, std::size_t kind, const limits& bounds) {
  request_memory leased = source.begin(kind);
  void* const place = leased.resource()->allocate(sizeof(exchange), alignof(exchange));
  return exchange_ptr(::new (place) exchange(std::move(leased), bounds));
}

void exchange_end::operator()(exchange* ended) const noexcept {
  const request_memory memory = std::move(ended->memory);
  std::destroy_at(ended);
  memory.resource()->deallocate(ended, sizeof(exchange), alignof(exchange));
}

void exchange::handle(const router& routes) {
  try {
    const auto [found, allow] = routes.match(asked);
    matched = found;
    if (found == nullptr) return answer_no_route(allow);
    found->handle(asked, answer);
  } catch (const std::bad_alloc& spent) {
    spdlog::warn("{}: {}", endpoint_name(matched), spent.what());
    refuse(out_of_request_memory);
  } catch (const std::exception& failure) {
    spdlog::error("{}: {}", endpoint_name(matched), failure.what());
    refuse(handler_failed);
  } catch (...) {
    spdlog::error("{}: threw what is not a std::exception", endpoint_name(matched));
    refuse(handler_failed);
  }
}

void exchange::refuse(const problem& wrong) {
  memory.open_reserve();
  write_error(wrong, answer);
}

void exchange::answer_no_route(std::string_view allow) {
  if (asked.method() == http::verb::unknown)
    return write_error({http::status::not_implemented, "This server does not know the method."},
                       answer);
  if (allow.empty())
    return write_error({http::status::not_found, "Nothing is served at this path."}, answer);
  write_error({http::status::method_not_allowed, "The method is not served at this path."}, answer);
  answer.field("Allow", allow);
}

}  // namespace server
