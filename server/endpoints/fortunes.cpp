#include "server/endpoints/fortunes.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "server/endpoints/fortune_texts.hpp"
#include "server/json/decimal.hpp"

namespace server::endpoints {

namespace {

struct fortune {
  std::size_t id;
  std::string_view text;
};

// Empty: the byte stands for itself.
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

std::string_view copied(std::string_view text, arena::segment_buffer& to) {
  const auto room = to.prepare(text.size());
  text.copy(room.data(), text.size());
  to.commit(text.size());
  return {room.data(), text.size()};
}

}  // namespace

void append_html(std::string_view text, arena::segment_buffer& to) {
  const auto is_special = [](char byte) { return !html_escape(byte).empty(); };
  for (auto rest = text.begin();;) {
    const auto special = std::find_if(rest, text.end(), is_special);
    to.append({rest, special});
    if (special == text.end()) return;
    to.append(html_escape(*special));
    rest = special + 1;
  }
}

void write_fortunes(std::size_t rows, std::pmr::memory_resource* memory,
                    arena::segment_buffer& to) {
  arena::segment_buffer texts(memory);
  std::pmr::vector<fortune> fortunes(memory);
  fortunes.reserve(rows + 1);
  for (std::size_t i = 0; i < rows; ++i)
    fortunes.push_back({i + 1, copied(fortune_texts[i % fortune_texts.size()], texts)});
  fortunes.push_back({0, copied(added_fortune_text, texts)});
  std::sort(fortunes.begin(), fortunes.end(), [](const fortune& a, const fortune& b) {
    return std::tie(a.text, a.id) < std::tie(b.text, b.id);
  });
  to.append(
      "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
      "<tr><th>id</th><th>message</th></tr>");
  for (const fortune& each : fortunes) {
    to.append("<tr><td>");
    to.append(json::decimal(each.id));
    to.append("</td><td>");
    append_html(each.text, to);
    to.append("</td></tr>");
  }
  to.append("</table></body></html>");
}

}  // namespace server::endpoints
