#include "server/endpoints/fortunes.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "server/json/decimal.hpp"

namespace server::endpoints {

namespace {

using json::decimal;

// Some need escaping, one is no ASCII: a page that takes them as they are is broken.
constexpr std::array<std::string_view, 12> texts = {
    "A bug that hides today is found by a customer tomorrow.",
    "<script>alert('this must be shown, not run');</script>",
    "Whoever measures once believes; whoever measures twice doubts.",
    "The fastest allocation is the one that is not made.",
    "\"Temporary\" is the longest time there is.",
    "Every cache is a promise to be wrong later.",
    "フレームワークのベンチマーク",
    "Names & errors are the two hard things; the third is naming errors.",
    "It compiles; it may still be wrong.",
    "Nobody reads the log until it is full.",
    "A test that cannot fail is a comment.",
    "Where a > b and b > c, somebody will still ask about a < c."};

constexpr std::string_view added_text = "Added at the time of the request.";

struct fortune {
  std::size_t id;
  std::string_view text;
};

std::string_view html_escape(char byte) noexcept {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

void append_html(std::string_view text, arena::segment_buffer& to) {
  while (!text.empty()) {
    const std::size_t clean = std::min(text.find_first_of("&<>\"'"), text.size());
    to.append(text.substr(0, clean));
    if (clean == text.size()) return;
    to.append(html_escape(text[clean]));
    text.remove_prefix(clean + 1);
  }
}

void write_fortunes(std::size_t rows, std::pmr::memory_resource* memory,
                    arena::segment_buffer& to) {
  std::pmr::vector<fortune> fortunes(memory);
  fortunes.reserve(rows + 1);
  for (std::size_t i = 0; i < rows; ++i) fortunes.push_back({i + 1, texts[i % texts.size()]});
  fortunes.push_back({0, added_text});
  std::sort(fortunes.begin(), fortunes.end(), [](const fortune& a, const fortune& b) {
    return a.text != b.text ? a.text < b.text : a.id < b.id;
  });
  to.append(
      "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
      "<tr><th>id</th><th>message</th></tr>");
  for (const fortune& each : fortunes) {
    to.append("<tr><td>");
    to.append(decimal(each.id));
    to.append("</td><td>");
    append_html(each.text, to);
    to.append("</td></tr>");
  }
  to.append("</table></body></html>");
}

}  // namespace server::endpoints
