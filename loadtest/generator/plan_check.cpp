// What a plan must be beyond the types of its members.
#include <algorithm>
#include <set>
#include <stdexcept>

#include "loadtest/generator/plan_reader.hpp"
#include "loadtest/generator/text_template.hpp"

namespace generator {
namespace {

bool is_token(std::string_view text) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != marks.npos;
  });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

void check_template(const std::string& text, const std::string& path) {
  try {
    const text_template well_formed(text);
  } catch (const std::invalid_argument& error) {
    throw plan_error(path, error.what());
  }
}

void check(const request_kind& kind, const std::string& path) {
  if (!kind.raw.empty()) return;
  if (!is_token(kind.method)) throw plan_error(path + ".method", "must be a method such as GET");
  if (kind.target.empty() || has_controls(kind.target) ||
      kind.target.find_first_of(" \t") != kind.target.npos) {
    throw plan_error(path + ".target", "must be a target such as /json, without blanks");
  }
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto& [name, value] = kind.fields[i];
    const std::string where = element_path(path + ".fields", i);
    if (!is_token(name)) throw plan_error(where, "the name must be a token such as Accept");
    if (has_controls(value)) throw plan_error(where, "the value must not have control characters");
    if (lower(name) == "content-length" || lower(name) == "transfer-encoding") {
      throw plan_error(where, name + " follows from the body; use raw to send another");
    }
  }
  if (kind.texts == text_kind::fixed) return;
  check_template(kind.target, path + ".target");
  check_template(kind.body, path + ".body");
}

}  // namespace

void check(const plan& wanted) {
  const bool asks = std::any_of(wanted.schedule.begin(), wanted.schedule.end(),
                                [](const stage& part) { return part.rate + part.rate_end > 0; });
  if (!asks) throw plan_error("schedule", "a rate above 0 is needed in one stage at least");
  if (wanted.threads > wanted.connections) {
    throw plan_error("threads", "must not exceed the connections: each thread needs one");
  }
  double weights = 0;
  std::set<std::string> names;
  for (std::size_t i = 0; i < wanted.mix.size(); ++i) {
    const request_kind& kind = wanted.mix[i];
    weights += kind.weight;
    if (!names.insert(kind.name).second) {
      throw plan_error(element_path("mix", i) + ".name", "is the name of another request too");
    }
    check(kind, element_path("mix", i));
  }
  if (!(weights > 0)) throw plan_error("mix", "a weight above 0 is needed in one request at least");
}

}  // namespace generator
