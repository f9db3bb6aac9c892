#include "server/collections/query_scanner.hpp"

#include <algorithm>

#include "server/collections/shown_text.hpp"

namespace server::collections {

namespace {

constexpr std::string_view arrow = "->";
constexpr std::string_view name_ends = ".,:()";

constexpr bool is_blank(char byte) noexcept {
  return byte == ' ' || byte == '\t';
}

constexpr bool is_word(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

constexpr std::size_t blanks(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_blank) - text.begin());
}

constexpr std::string_view without_last_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

constexpr bool ends_value(std::string_view rest) noexcept {
  return rest.empty() || rest.front() == ',' || rest.front() == ')';
}

}  // namespace

void query_scanner::begin(std::string_view parameter, std::string_view text) noexcept {
  parameter_ = parameter;
  rest_ = text;
}

bool query_scanner::skip(std::string_view expected) noexcept {
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(expected.size());
  return true;
}

bool query_scanner::skip_mark(char mark) noexcept {
  const std::size_t at = blanks(rest_);
  if (at == rest_.size() || rest_[at] != mark) return false;
  rest_.remove_prefix(at + 1);
  skip_blanks();
  return true;
}

void query_scanner::skip_blanks() noexcept {
  rest_.remove_prefix(blanks(rest_));
}

std::string_view query_scanner::take_word() noexcept {
  const auto end = std::ranges::find_if_not(rest_, is_word);
  const std::string_view word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(word.size());
  return word;
}

std::string_view query_scanner::take_rest() noexcept {
  const std::string_view all = rest_;
  rest_ = {};
  return all;
}

// path = key *(("->" / "->>") key)
bool query_scanner::take_path(field_path& to) {
  skip_blanks();
  const std::string_view from = rest_;
  to.keys.clear();
  to.as_text = false;
  for (;;) {
    if (!take_key(to.keys.emplace_back())) return false;
    if (!rest_.starts_with(arrow)) break;
    if (to.as_text) return fail("nothing behind the key of ->>");
    rest_.remove_prefix(arrow.size());
    to.as_text = skip(">");
  }
  to.text = without_last_blanks(from.substr(0, from.size() - rest_.size()));
  return true;
}

bool query_scanner::take_key(std::string_view& to) {
  skip_blanks();
  if (rest_.starts_with('"')) {
    const std::size_t bytes = quoted_bytes();
    if (bytes == 0) return fail("a closing quote");
    to = take_quoted(bytes);
    skip_blanks();
    return true;
  }
  std::size_t end = 0;
  while (end < rest_.size() && name_ends.find(rest_[end]) == std::string_view::npos &&
         !rest_.substr(end).starts_with(arrow))
    ++end;
  to = without_last_blanks(rest_.substr(0, end));
  if (to.empty()) return fail("the name of a field");
  rest_.remove_prefix(end);
  return true;
}

// How long the quoted text is that begins here, quotes included; 0: it has no end.
std::size_t query_scanner::quoted_bytes() const noexcept {
  std::size_t at = 1;
  while (at < rest_.size() && rest_[at] != '"') at += rest_[at] == '\\' ? 2U : 1U;
  return at < rest_.size() ? at + 1 : 0;
}

// A backslash takes the next byte as it is. Without one the text is a view of what came.
std::string_view query_scanner::take_quoted(std::size_t bytes) {
  const std::string_view quoted = rest_.substr(1, bytes - 2);
  if (quoted.find('\\') == std::string_view::npos) {
    rest_.remove_prefix(bytes);
    return quoted;
  }
  char* const begin = unescaped_.prepare(quoted.size()).data();
  char* end = begin;
  for (std::size_t at = 0; at < quoted.size(); ++at)
    *end++ = quoted[quoted[at] == '\\' ? ++at : at];
  unescaped_.commit(static_cast<std::size_t>(end - begin));
  rest_.remove_prefix(bytes);
  return {begin, end};
}

std::string_view query_scanner::take_value() {
  if (rest_.starts_with('"')) {
    const std::size_t bytes = quoted_bytes();
    if (bytes != 0 && ends_value(rest_.substr(bytes))) return take_quoted(bytes);
  }
  const std::string_view value = rest_.substr(0, rest_.find_first_of(",)"));
  rest_.remove_prefix(value.size());
  return value;
}

std::string_view query_scanner::take_value_or_array() {
  const std::size_t brace = rest_.starts_with('{') ? rest_.find_first_of("{}", 1) : 0;
  if (brace == 0 || brace == std::string_view::npos || rest_[brace] == '{') return take_value();
  const std::string_view array = rest_.substr(0, brace + 1);
  rest_.remove_prefix(array.size());
  return array;
}

bool query_scanner::fail(std::string_view expected, std::string_view found) {
  fail_whole(expected);
  error_ += ", not ";
  if (found.empty()) {
    error_ += "the end";
  } else {
    error_ += '"';
    append_shown(found, error_);
    error_ += '"';
  }
  return false;
}

bool query_scanner::fail_whole(std::string_view expected) {
  error_.clear();
  if (parameter_.empty())
    error_ += R"("")";
  else
    append_shown(parameter_, error_);
  error_ += ": expected ";
  error_ += expected;
  return false;
}

}  // namespace server::collections
