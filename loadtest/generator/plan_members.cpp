#include "loadtest/generator/plan_members.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace generator {
namespace {

namespace json = boost::json;

template <class Number>
std::string range(bounds<Number> allowed) {
  std::ostringstream text;
  text << allowed.low << " to " << allowed.high;
  return text.str();
}

std::string list_of(std::initializer_list<std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

}  // namespace

plan_members::plan_members(const json::value& value, std::string path,
                           std::initializer_list<std::string_view> known)
    : object_(value.if_object()), path_(std::move(path)) {
  if (object_ == nullptr) throw plan_error(path_.empty() ? "plan" : path_, "must be an object");
  for (const auto& member : *object_) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      refuse(name, "no such member; there are " + list_of(known));
    }
  }
}

std::uint64_t plan_members::whole(std::string_view name, std::uint64_t missing,
                                  bounds<std::uint64_t> allowed) const {
  const json::value* const found = find(name);
  if (found == nullptr) return missing;
  json::error_code error;
  const auto value = found->to_number<std::uint64_t>(error);
  if (error || value < allowed.low || value > allowed.high) {
    refuse(name, "must be a whole number from " + range(allowed));
  }
  return value;
}

double plan_members::number(std::string_view name, double missing, bounds<double> allowed) const {
  const json::value* const found = find(name);
  if (found == nullptr) return missing;
  json::error_code error;
  const double value = found->to_number<double>(error);
  if (error || !std::isfinite(value) || value < allowed.low || value > allowed.high) {
    refuse(name, "must be a number from " + range(allowed));
  }
  return value;
}

std::string plan_members::text(std::string_view name, std::string missing) const {
  const json::value* const found = find(name);
  if (found == nullptr) return missing;
  if (!found->is_string()) refuse(name, "must be a string");
  return {found->get_string().data(), found->get_string().size()};
}

bool plan_members::is_true(std::string_view name) const {
  const json::value* const found = find(name);
  if (found == nullptr) return false;
  if (!found->is_bool()) refuse(name, "must be true or false");
  return found->get_bool();
}

const json::array& plan_members::list(std::string_view name) const {
  const json::value* const found = find(name);
  if (found == nullptr) refuse(name, "is missing");
  if (!found->is_array() || found->get_array().empty()) {
    refuse(name, "must be a list of at least one element");
  }
  return found->get_array();
}

std::string plan_members::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void plan_members::refuse(std::string_view name, const std::string& problem) const {
  throw plan_error(path_of(name), problem);
}

std::string element_path(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

}  // namespace generator
