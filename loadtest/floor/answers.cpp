#include "loadtest/floor/answers.hpp"

#include <charconv>
#include <cstring>
#include <ctime>

namespace floor_server {
namespace {

constexpr std::size_t items_max = 100'000;

std::string date_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

std::string head(std::string_view status) {
  std::string text = "HTTP/1.1 ";
  text.append(status);
  text.append("\r\nServer: floor-server\r\nDate: ").append(date_now());
  return text.append("\r\nContent-Type: ");
}

std::string complete(std::string text, std::string_view type, std::string_view body) {
  text.append(type).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  return text.append("\r\n\r\n").append(body);
}

std::string decimal(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

std::string item(std::size_t i) {
  const std::string id = std::to_string(i);
  std::string text = R"({"id":)" + id + R"(,"name":"item-)" + id + R"(","price":)";
  text.append(decimal(static_cast<double>(i) * 1.25));
  text.append(R"(,"tags":["red","green","blue"],"active":)").append(i % 2 == 0 ? "true" : "false");
  text.append(R"(,"nested":{"x":)").append(id).append(R"(,"y":)").append(std::to_string(2 * i));
  return text.append(R"(,"label":"label-)").append(id).append("\"}}");
}

std::string items_body(std::size_t count) {
  std::string text = R"({"count":)" + std::to_string(count) + R"(,"items":[)";
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) text.push_back(',');
    text.append(item(i));
  }
  return text.append("]}");
}

}  // namespace

answers::answers()
    : head_start_(head("200 OK")),
      echo_start_(head_start_ + "application/json\r\nContent-Length: "),
      plaintext_(complete(head_start_, "text/plain", "Hello, World!")),
      json_(complete(head_start_, "application/json", R"({"message":"Hello, World!"})")),
      not_found_(complete(head("404 Not Found"), "text/plain", "not found\n")) {}

std::string_view answers::get(std::string_view target) {
  constexpr std::string_view items_target = "/items?count=";
  if (target == "/plaintext") return plaintext_;
  if (target == "/json") return json_;
  if (target.starts_with(items_target)) {
    const std::string_view rest = target.substr(items_target.size());
    return items(rest.substr(0, rest.find("&via=")));  // written by document or not: the same bytes
  }
  return not_found_;
}

std::string_view answers::items(std::string_view count_text) {
  std::size_t count = 0;
  const char* const end = count_text.data() + count_text.size();
  const auto [stopped, error] = std::from_chars(count_text.data(), end, count);
  if (error != std::errc{} || stopped != end || count > items_max) return not_found_;
  auto found = items_.find(count);
  if (found == items_.end()) {
    found =
        items_.emplace(count, complete(head_start_, "application/json", items_body(count))).first;
  }
  return found->second;
}

std::size_t answers::echo_head(std::size_t body_bytes, char* out) const {
  std::memcpy(out, echo_start_.data(), echo_start_.size());
  char* const number = out + echo_start_.size();
  char* const end = std::to_chars(number, out + echo_head_bytes_max - 4, body_bytes).ptr;
  std::memcpy(end, "\r\n\r\n", 4);
  return static_cast<std::size_t>(end - out) + 4;
}

}  // namespace floor_server
