#include "loadtest/server/endpoints.hpp"

#include <cstdint>
#include <utility>
#include <variant>

#include "loadtest/server/churned.hpp"
#include "loadtest/server/grown_text.hpp"
#include "loadtest/server/integer_work.hpp"
#include "loadtest/server/results.hpp"
#include "server/error_response.hpp"
#include "server/json/writer.hpp"

namespace lab_server {

namespace {

using server::request;
using server::response;
using number = std::variant<std::size_t, server::problem>;

struct range {
  std::size_t least;
  std::size_t most;
};

number needed_number(const request& asked, std::string_view name, range allowed) {
  if (asked.query_parameter(name))
    return asked.query_number(name, allowed.least, allowed.least, allowed.most);
  return server::problem{server::http::status::bad_request,
                         asked.join({"The query must hold ", name, ", a whole number."})};
}

server::json::writer json_answer(response& to) {
  return server::json::writer(to.content_type("application/json").body());
}

void grow_texts(const request& asked, response& to) {
  const auto bytes = needed_number(asked, "bytes", {1, grow_bytes_max});
  if (const auto* wrong = std::get_if<server::problem>(&bytes))
    return server::write_error(*wrong, to);
  const auto count = asked.query_number("texts", std::size_t{1}, std::size_t{1}, grow_texts_max);
  if (const auto* wrong = std::get_if<server::problem>(&count))
    return server::write_error(*wrong, to);
  const texts grown =
      grow(std::get<std::size_t>(bytes), std::get<std::size_t>(count), asked.memory());
  std::size_t grown_bytes = 0;
  for (const std::pmr::string& text : grown) grown_bytes += text.size();
  json_answer(to)
      .begin_object()
      .member("bytes", grown_bytes)
      .member("texts", grown.size())
      .member("checksum", checksum(grown))
      .end_object();
}

void churn_containers(const request& asked, response& to) {
  const auto steps = needed_number(asked, "steps", {1, churn_steps_max});
  if (const auto* wrong = std::get_if<server::problem>(&steps))
    return server::write_error(*wrong, to);
  const auto bytes = needed_number(asked, "bytes", {churn_bytes_min, churn_bytes_max});
  if (const auto* wrong = std::get_if<server::problem>(&bytes))
    return server::write_error(*wrong, to);
  const std::uint64_t sum =
      churn(std::get<std::size_t>(steps), std::get<std::size_t>(bytes), asked.memory());
  json_answer(to)
      .begin_object()
      .member("steps", std::get<std::size_t>(steps))
      .member("bytes", std::get<std::size_t>(bytes))
      .member("checksum", sum)
      .end_object();
}

kept_results& kept_by_this_thread() {
  thread_local kept_results kept;
  return kept;
}

void outlive_request(const request& asked, response& to) {
  const auto items = needed_number(asked, "items", {1, outlive_items_max});
  if (const auto* wrong = std::get_if<server::problem>(&items))
    return server::write_error(*wrong, to);
  result built = make_result(std::get<std::size_t>(items), asked.memory());
  const result& kept = kept_by_this_thread().keep(std::move(built));
  json_answer(to)
      .begin_object()
      .member("items", kept.size())
      .member("checksum", checksum(kept))
      .end_object();
}

void read_kept(const request&, response& to) {
  const kept_results& kept = kept_by_this_thread();
  json_answer(to)
      .begin_object()
      .member("results", kept.count())
      .member("items", kept.items())
      .member("checksum", kept.checksum())
      .end_object();
}

void spend_cpu(const request& asked, response& to) {
  const auto iterations = needed_number(asked, "iterations", {1, iterations_max});
  if (const auto* wrong = std::get_if<server::problem>(&iterations))
    return server::write_error(*wrong, to);
  const std::size_t wanted = std::get<std::size_t>(iterations);
  json_answer(to)
      .begin_object()
      .member("iterations", wanted)
      .member("checksum", integer_work(wanted))
      .end_object();
}

}  // namespace

void add_endpoints(server::router& routes) {
  routes.get("/lab/grow", grow_texts);
  routes.get("/lab/churn", churn_containers);
  routes.get("/lab/outlive", outlive_request);
  routes.get("/lab/kept", read_kept);
  routes.get("/lab/cpu", spend_cpu);
}

void add_spin(server::router& routes, std::size_t iterations) {
  if (iterations == 0) return;
  routes.before([iterations](request&, response&) {
    [[maybe_unused]] const volatile std::uint64_t used = integer_work(iterations);
    return server::verdict::go_on;
  });
}

}  // namespace lab_server
