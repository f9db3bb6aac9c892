#include "loadtest/generator/json_text.hpp"

#include <charconv>

#include <boost/json/serialize.hpp>

namespace generator {
namespace {

namespace json = boost::json;

constexpr int depth_max = 2;  // deeper values stand on one line

void append(const json::value& value, int depth, std::string& out);

void start_line(int depth, std::string& out) {
  if (depth > depth_max) return;
  out.push_back('\n');
  out.append(static_cast<std::size_t>(depth) * 2, ' ');
}

void append_object(const json::object& object, int depth, std::string& out) {
  out.push_back('{');
  bool is_first = true;
  for (const auto& member : object) {
    if (!is_first) out.push_back(',');
    is_first = false;
    start_line(depth + 1, out);
    out.append(json::serialize(json::string(member.key()))).append(": ");
    append(member.value(), depth + 1, out);
  }
  if (!is_first) start_line(depth == depth_max ? depth_max + 1 : depth, out);
  out.push_back('}');
}

void append_array(const json::array& array, int depth, std::string& out) {
  out.push_back('[');
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) out.push_back(',');
    if (array[i].is_object()) start_line(depth + 1, out);
    append(array[i], depth + 1, out);
  }
  out.push_back(']');
}

void append(const json::value& value, int depth, std::string& out) {
  if (value.is_object()) return append_object(value.get_object(), depth, out);
  if (value.is_array()) return append_array(value.get_array(), depth, out);
  if (!value.is_double()) {
    out.append(json::serialize(value));
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr);
}

}  // namespace

std::string json_text(const json::value& value) {
  std::string out;
  append(value, 0, out);
  return out.append("\n");
}

}  // namespace generator
