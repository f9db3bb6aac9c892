#include "tests/support/scripted/routes.hpp"

#include <cstdint>
#include <memory_resource>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <variant>

#include "server/error_response.hpp"
#include "server/json/decimal.hpp"
#include "server/request_target.hpp"

namespace scripted {

namespace {

using server::problem;
using server::request;
using server::response;
using server::write_error;

constexpr unsigned items_max = 300;  // more would take the time of a thousand runs
constexpr std::size_t greed_max_bytes = std::size_t{1} << 20;

void throw_something(const request& asked, response& to) {
  const std::string_view what = asked.path_parameter("what");
  to.body().append("not to be seen");
  to.field("X-Unseen", "yes");
  if (what == "number") throw 42;
  if (what == "memory") throw std::bad_alloc();
  throw std::runtime_error("thrown by a test's handler");
}

// Takes memory by pieces, and answers with some of it.
void be_greedy(const request& asked, response& to) {
  const auto bytes = asked.query_number<std::size_t>("bytes", 100'000, 0, greed_max_bytes);
  if (const auto* wrong = std::get_if<problem>(&bytes)) return write_error(*wrong, to);
  std::pmr::vector<std::pmr::vector<char>> pieces(asked.memory());
  for (std::size_t left = std::get<std::size_t>(bytes); left > 0;) {
    const std::size_t piece = left / 3 + 1;
    pieces.emplace_back(piece, 'g');
    left -= piece;
  }
  for (const auto& piece : pieces) to.body().append({piece.data(), piece.size() % 2000});
}

void show_thing(const request& asked, response& to) {
  const auto number = asked.path_number<std::int16_t>("number");
  if (const auto* wrong = std::get_if<problem>(&number)) return write_error(*wrong, to);
  const auto factor = asked.query_number<double>("factor", 1.0, -1e6, 1e6);
  if (const auto* wrong = std::get_if<problem>(&factor)) return write_error(*wrong, to);
  to.content_type("text/plain");
  to.body().append(asked.path_parameter("name"));
  to.body().append(asked.quoted(asked.query_parameter("note").value_or("")));
  to.body().append(asked.body());
}

void answer_with_status(const request& asked, response& to) {
  const auto number = asked.path_number<unsigned>("number", 200, 599);
  if (const auto* wrong = std::get_if<problem>(&number)) return write_error(*wrong, to);
  to.status(static_cast<server::http::status>(std::get<unsigned>(number)));
  to.body().append("content that some statuses must not have");
}

void close_behind(const request&, response& to) {
  to.close().content_type("text/plain").body().append("the last");
}

void answer_later(const request& asked, response& to, server::completion done,
                  handler_state& state) {
  const std::string_view how = asked.path_parameter("how");
  to.body().append(asked.body());
  if (how == "now") return done();
  if (how == "never") return;
  if (how == "throw") throw std::runtime_error("thrown by a handler that answers later");
  state.hold(to, std::move(done));
  if (how == "held-throw") throw std::runtime_error("thrown though the completion is held");
}

server::verdict answer_some(request& asked, response& to) {
  if (asked.field("X-Refuse")) {
    write_error({server::http::status::forbidden, "The middleware refuses."}, to);
    return server::verdict::answered;
  }
  if (asked.field("X-Throw")) throw std::runtime_error("thrown by middleware");
  const auto count = asked.query_number<unsigned>("count", 0);
  if (const auto* number = std::get_if<unsigned>(&count); number && *number > items_max) {
    to.status(server::http::status::no_content);
    return server::verdict::answered;
  }
  return server::verdict::go_on;
}

}  // namespace

void handler_state::record(const request& asked) {
  arena::segment_buffer room(std::pmr::new_delete_resource());
  const std::string_view path =
      server::percent_decode(asked.path(), server::plus_sign::itself, room);
  handled.push_back({asked.method(), std::string(path)});
}

void handler_state::hold(response& to, server::completion done) {
  answer_to_ = &to;
  held_.emplace(std::move(done));
}

void handler_state::answer() {
  try {
    answer_to_->body().append("later");
  } catch (const std::bad_alloc&) {
    // Here nobody would make a 503 of it.
  }
  (*held_)();
  held_.reset();
}

void handler_state::drop() {
  held_.reset();
}

void add_test_routes(server::router& routes, handler_state& state) {
  routes.before(answer_some);
  routes.after([](const request& asked, response&) {
    if (asked.field("X-Throw-After")) throw std::runtime_error("thrown by an after hook");
  });
  // The last, so that its field stands in errors as well; where there is memory for it.
  routes.after([&state](const request& asked, response& to) {
    state.record(asked);
    to.field("X-Number", server::json::decimal(state.handled.size()));
  });
  routes.get("/throw/{what}", throw_something);
  routes.get("/greedy", be_greedy);
  routes.get("/things/{name}/{number}", show_thing);
  routes.post("/things/{name}/{number}", show_thing);
  routes.get("/status/{number}", answer_with_status);
  routes.get("/close", close_behind);
  for (const auto method : {server::http::verb::get, server::http::verb::post})
    routes.add(method, "/later/{how}",
               [&state](const request& asked, response& to, server::completion done) {
                 answer_later(asked, to, std::move(done), state);
               });
}

}  // namespace scripted
