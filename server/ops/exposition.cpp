#include "server/ops/exposition.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace server::ops {

namespace {

// The shortest digits that read back the same; finite numbers only.
class real {
 public:
  explicit real(double value) noexcept
      : end_(std::to_chars(text_.data(), text_.data() + text_.size(), value).ptr) {}
  operator std::string_view() const noexcept { return {text_.data(), end_}; }

 private:
  std::array<char, 32> text_;
  char* end_;
};

std::string_view to_string(exposition::type kind) noexcept {
  switch (kind) {
    case exposition::type::counter:
      return "counter";
    case exposition::type::gauge:
      return "gauge";
    case exposition::type::histogram:
      return "histogram";
  }
  return "untyped";
}

}  // namespace

void exposition::metric(std::string_view name, type kind, std::string_view help) {
  name_ = name;
  for (const std::string_view text :
       {std::string_view("# HELP "), name, std::string_view(" "), help,
        std::string_view("\n# TYPE "), name, std::string_view(" "), to_string(kind),
        std::string_view("\n")})
    to_.append(text);
}

void exposition::sample(labels of, double value) {
  line("", of, {}, real(value));
}

void exposition::samples(labels of, const histogram& recorded, std::span<const bucket_bound> bounds,
                         double unit) {
  std::uint64_t below = 0;
  std::size_t bucket = 0;
  for (const bucket_bound& bound : bounds) {
    const std::size_t end = histogram::bucket(bound.value + 1);  // all before it end at the bound
    below += recorded.count(bucket, end);
    bucket = end;
    line("_bucket", of, bound.text, json::decimal(below));
  }
  const json::decimal count(below + recorded.count(bucket, histogram::bucket_count));
  line("_bucket", of, "+Inf", count);
  line("_sum", of, {}, real(static_cast<double>(recorded.sum()) / unit));
  line("_count", of, {}, count);
}

void exposition::line(std::string_view suffix, labels of, std::string_view le,
                      std::string_view value) {
  to_.append(name_);
  to_.append(suffix);
  std::string_view before = "{";
  for (const label& each : of) {
    put(each, before);
    before = ",";
  }
  if (!le.empty()) put({"le", le}, before);
  if (of.size() > 0 || !le.empty()) to_.append("}");
  to_.append(" ");
  to_.append(value);
  to_.append("\n");
}

void exposition::put(const label& written, std::string_view before) {
  to_.append(before);
  to_.append(written.name);
  to_.append("=\"");
  std::string_view rest = written.value;
  while (!rest.empty()) {
    const std::size_t plain = std::min(rest.find_first_of("\\\"\n"), rest.size());
    to_.append(rest.substr(0, plain));
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    to_.append(rest.front() == '\n' ? "\\n" : rest.front() == '"' ? "\\\"" : "\\\\");
    rest.remove_prefix(1);
  }
  to_.append("\"");
}

}  // namespace server::ops
