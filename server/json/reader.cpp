#include "server/json/reader.hpp"

#include "server/json/decimal.hpp"

namespace server::json {

bool reader::fail(std::string_view expected) {
  note_path();
  error_.expected = expected;
  return false;
}

bool reader::fail_range(std::string_view least, std::string_view most) {
  note_path();
  error_.expected = "a whole number from ";
  error_.expected.append(least).append(" to ").append(most);
  return false;
}

// From the inside out.
void reader::note_path() {
  std::pmr::string& path = error_.path;
  path.clear();
  for (const step* at = at_; at != nullptr; at = at->outer) {
    if (!path.empty() && path.front() != '[') path.insert(0, ".");
    if (at->name.empty())
      path.insert(0, "]").insert(0, std::string_view(decimal(at->index))).insert(0, "[");
    else
      path.insert(0, at->name);
  }
}

}  // namespace server::json
