#include "loadtest/generator/text_template.hpp"

#include <charconv>
#include <stdexcept>

namespace generator {
namespace {

constexpr std::string_view number_gap = "{n}";
constexpr std::string_view random_start = "{random:";

bool read(std::string_view text, std::int64_t& number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stopped == end;
}

}  // namespace

text_template::piece text_template::random_gap(std::string_view inside) {
  piece found{.text = {}, .what = gap::random, .low = 0, .high = 0};
  const std::size_t colon = inside.find(':');
  if (colon == inside.npos || !read(inside.substr(0, colon), found.low) ||
      !read(inside.substr(colon + 1), found.high) || found.low > found.high) {
    throw std::invalid_argument("{random:" + std::string(inside) +
                                "}: write {random:LOW:HIGH} with whole numbers, LOW at most HIGH");
  }
  return found;
}

text_template::text_template(std::string_view text) {
  std::string before;
  while (!text.empty()) {
    if (text.starts_with(number_gap)) {
      pieces_.push_back({.text = std::move(before), .what = gap::number});
      text.remove_prefix(number_gap.size());
      before.clear();
    } else if (text.starts_with(random_start)) {
      text.remove_prefix(random_start.size());
      const std::size_t end = text.find('}');
      if (end == text.npos) throw std::invalid_argument("{random: has no closing brace");
      piece found = random_gap(text.substr(0, end));
      found.text = std::move(before);
      pieces_.push_back(std::move(found));
      text.remove_prefix(end + 1);
      before.clear();
    } else {
      before.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  pieces_.push_back({.text = std::move(before)});
}

void text_template::fill(std::uint64_t number, random_numbers& random, std::string& out) const {
  for (const piece& part : pieces_) {
    out.append(part.text);
    if (part.what == gap::number) out.append(std::to_string(number));
    if (part.what == gap::random) out.append(std::to_string(random.between(part.low, part.high)));
  }
}

}  // namespace generator
