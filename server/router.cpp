#include "server/router.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "server/request_target.hpp"

namespace server {

/// One place in the tree of path segments.
struct router::node {
  std::vector<std::pair<std::string, std::unique_ptr<node>>> literals;
  std::unique_ptr<node> parameter;
  std::vector<const route*> routes;  // one a method
  std::string allow;                 // the methods, as the Allow field has them
};

namespace {

// Cuts "/a/b" into "a" and "b"; the path's last slash makes an empty segment. Nullopt: too many.
template <class Segments>
std::optional<std::size_t> split(std::string_view path, Segments& into) noexcept {
  std::size_t count = 0;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    if (count == into.size()) return std::nullopt;
    into[count] = path.substr(0, path.find('/'));
    path.remove_prefix(into[count++].size());
  }
  return count;
}

bool is_parameter(std::string_view segment) noexcept {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// The methods of `routes`, each once, as the Allow field has them.
template <class Routes>
std::string allow_of(const Routes& routes) {
  std::vector<std::string_view> methods;
  const auto add = [&](std::string_view method) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end())
      methods.push_back(method);
  };
  for (const auto& each : routes) {
    add(http::to_string(each->method));
    if (each->method == http::verb::get) add("HEAD");
  }
  add("OPTIONS");
  std::string list;
  for (const std::string_view method : methods)
    list.append(list.empty() ? "" : ", ").append(method);
  return list;
}

[[noreturn]] void refuse(std::string_view pattern, const char* why) {
  throw std::invalid_argument("route " + std::string(pattern) + ": " + why);
}

}  // namespace

router::router() : root_(std::make_shared<node>()) {}

router& router::add_route(http::verb method, std::string_view pattern, handler now,
                          later_handler later) {
  auto added = std::make_unique<route>(
      route{method, std::string(pattern), {}, std::move(now), std::move(later), routes_.size()});
  node& place = place_of(pattern, added->parameter_names);
  if (added->parameter_names.size() > request::path_parameters_max)
    refuse(pattern, "has too many parameters");
  for (const route* known : place.routes) {
    if (known->method == method) refuse(pattern, "is there already for this method");
  }
  if (place.routes.empty() && added->parameter_names.empty() &&
      pattern.find('%') == std::string_view::npos)
    literals_.emplace_back(added->pattern, &place);
  place.routes.push_back(added.get());
  routes_.push_back(std::move(added));
  place.allow = allow_of(place.routes);
  allow_ = allow_of(routes_);
  return *this;
}

// Walks the pattern down from the root and makes the places that are not there yet.
router::node& router::place_of(std::string_view pattern,
                               std::vector<std::string>& parameter_names) {
  segments parts;
  if (!pattern.starts_with('/')) refuse(pattern, "does not begin with a slash");
  const auto count = split(pattern, parts);
  if (!count) refuse(pattern, "has too many segments");
  node* at = root_.get();
  for (const std::string_view part : std::span(parts).first(*count)) {
    if (is_parameter(part)) {
      parameter_names.emplace_back(part.substr(1, part.size() - 2));
      if (!at->parameter) at->parameter = std::make_unique<node>();
      at = at->parameter.get();
      continue;
    }
    if (part.find_first_of("{}") != std::string_view::npos) refuse(pattern, "has a stray brace");
    const auto known = std::find_if(at->literals.begin(), at->literals.end(),
                                    [&](const auto& literal) { return literal.first == part; });
    at = known != at->literals.end()
             ? known->second.get()
             : at->literals.emplace_back(part, std::make_unique<node>()).second.get();
  }
  return *at;
}

router& router::before(before_hook hook) {
  before_.push_back(std::move(hook));
  return *this;
}

router& router::after(after_hook hook) {
  after_.push_back(std::move(hook));
  return *this;
}

const router::node* router::find(const node& from, const segments& path, std::size_t count,
                                 std::size_t at, request& asked) const {
  if (at == count) return from.routes.empty() ? nullptr : &from;
  for (const auto& [text, child] : from.literals) {
    if (text != path[at]) continue;
    if (const node* found = find(*child, path, count, at + 1, asked)) return found;
    break;
  }
  if (!from.parameter || path[at].empty()) return nullptr;
  if (asked.path_parameters_.size() == request::path_parameters_max) return nullptr;
  asked.path_parameters_.push_back({.name = {}, .value = path[at]});
  if (const node* found = find(*from.parameter, path, count, at + 1, asked)) return found;
  asked.path_parameters_.pop_back();
  return nullptr;
}

// Most paths are a pattern without parameters, byte by byte; literals win anyway.
const router::node* router::find(request& asked) const {
  for (const auto& [pattern, place] : literals_) {
    if (pattern == asked.path()) return place;
  }
  asked.path_parameters_.clear();  // memory may have run out after the first of them
  segments path;
  const auto count = split(asked.path(), path);
  if (!count) return nullptr;
  // Segments are compared decoded, so that /%6Ason finds /json; an encoded slash divides nothing.
  for (auto& segment : std::span(path).first(*count))
    segment = percent_decode(segment, plus_sign::itself, asked.texts_);
  return find(*root_, path, *count, 0, asked);
}

router::match_result router::match(request& asked) const {
  if (asked.path() == "*") return {nullptr, allow_};
  const node* const found = find(asked);
  if (found == nullptr) return {};
  const http::verb wanted = asked.method() == http::verb::head ? http::verb::get : asked.method();
  for (const route* candidate : found->routes) {
    if (candidate->method != wanted) continue;
    for (std::size_t i = 0; i < candidate->parameter_names.size(); ++i)
      asked.path_parameters_[i].name = candidate->parameter_names[i];
    return {candidate, found->allow};
  }
  return {nullptr, found->allow};
}

}  // namespace server
