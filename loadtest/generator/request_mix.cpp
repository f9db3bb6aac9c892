#include "loadtest/generator/request_mix.hpp"

#include <algorithm>

#include <strings.h>

namespace generator {
namespace {

// Streams of one seed: number 0 is the schedule's, then two for each request.
std::uint64_t stream_of_choice(std::uint64_t number) {
  return 2 * number + 1;
}
std::uint64_t stream_of_text(std::uint64_t number) {
  return 2 * number + 2;
}

std::string host_of(const plan& wanted) {
  const bool is_v6 = wanted.address.find(':') != wanted.address.npos;
  std::string host = is_v6 ? "[" + wanted.address + "]" : wanted.address;
  return wanted.port == 80 ? host : host + ":" + std::to_string(wanted.port);
}

std::string fields_of(const request_kind& kind, const std::string& host) {
  const bool has_host = std::any_of(kind.fields.begin(), kind.fields.end(), [](const auto& field) {
    return strcasecmp(field.first.c_str(), "Host") == 0;
  });
  std::string text = has_host ? "" : "Host: " + host + "\r\n";
  for (const auto& [name, value] : kind.fields) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text;
}

bool has_content(const request_kind& kind, std::string_view body) {
  return !body.empty() || kind.method == "POST" || kind.method == "PUT" || kind.method == "PATCH";
}

void assemble(const request_kind& kind, std::string_view target, std::string_view fields,
              std::string_view body, std::string& out) {
  out.assign(kind.method).append(" ").append(target).append(" HTTP/1.1\r\n").append(fields);
  if (has_content(kind, body)) {
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  out.append("\r\n").append(body);
}

}  // namespace

request_mix::request_mix(const plan& wanted) : plan_(wanted) {
  const std::string host = host_of(wanted);
  double sum = 0;
  for (const request_kind& kind : wanted.mix) {
    weights_.push_back(sum += kind.weight);
    prepared_.push_back(prepare(kind, host));
  }
}

request_mix::prepared request_mix::prepare(const request_kind& kind, const std::string& host) {
  prepared result;
  if (!kind.raw.empty()) {
    result.whole = kind.raw;
    result.is_head = kind.raw.starts_with("HEAD ");
    return result;
  }
  result.is_head = kind.method == "HEAD";
  result.fields = fields_of(kind, host);
  if (kind.texts == text_kind::filled) {
    result.target.emplace(kind.target);
    result.body.emplace(kind.body);
  } else {
    assemble(kind, kind.target, result.fields, kind.body, result.whole);
  }
  return result;
}

std::size_t request_mix::choose(std::uint64_t number) const {
  if (weights_.size() == 1) return 0;
  random_numbers random(plan_.seed, stream_of_choice(number));
  const double point = random.unit() * weights_.back();
  const auto found = std::upper_bound(weights_.begin(), weights_.end(), point);
  return static_cast<std::size_t>(found - weights_.begin());
}

std::string_view request_mix::bytes(std::size_t kind, std::uint64_t number,
                                    std::string& buffer) const {
  const prepared& made = prepared_[kind];
  if (!made.target) return made.whole;
  random_numbers random(plan_.seed, stream_of_text(number));
  std::string target, body;
  made.target->fill(number, random, target);
  made.body->fill(number, random, body);
  assemble(plan_.mix[kind], target, made.fields, body, buffer);
  return buffer;
}

}  // namespace generator
