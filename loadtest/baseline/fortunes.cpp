#include "loadtest/baseline/fortunes.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "server/endpoints/fortune_texts.hpp"

namespace baseline {
namespace {

// The same rows as the server's.
using server::endpoints::added_fortune_text;
using server::endpoints::fortune_texts;

struct fortune {
  std::size_t id;
  std::string text;
};

void append_html(std::string_view text, std::string& to) {
  for (const char byte : text) {
    switch (byte) {
      case '&':
        to.append("&amp;");
        break;
      case '<':
        to.append("&lt;");
        break;
      case '>':
        to.append("&gt;");
        break;
      case '"':
        to.append("&quot;");
        break;
      case '\'':
        to.append("&#39;");
        break;
      default:
        to.push_back(byte);
    }
  }
}

}  // namespace

std::string fortunes_page(std::size_t rows) {
  std::vector<fortune> fortunes;
  fortunes.reserve(rows + 1);
  for (std::size_t i = 0; i < rows; ++i)
    fortunes.push_back({i + 1, std::string(fortune_texts[i % fortune_texts.size()])});
  fortunes.push_back({0, std::string(added_fortune_text)});
  std::sort(fortunes.begin(), fortunes.end(), [](const fortune& a, const fortune& b) {
    return std::tie(a.text, a.id) < std::tie(b.text, b.id);
  });
  std::string page =
      "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
      "<tr><th>id</th><th>message</th></tr>";
  for (const fortune& each : fortunes) {
    page.append("<tr><td>").append(std::to_string(each.id)).append("</td><td>");
    append_html(each.text, page);
    page.append("</td></tr>");
  }
  return page.append("</table></body></html>");
}

}  // namespace baseline
