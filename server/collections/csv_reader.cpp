#include "server/collections/csv_reader.hpp"

#include <algorithm>

namespace server::collections {

bool csv_reader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  unescaped_.clear();
  while (skip_line_end()) {
  }
  if (at_ == text_.size()) return false;
  record_line_ = line_;
  do {
    fields.push_back(take_field());
  } while (skip(','));
  expect_record_end();
  return true;
}

std::string_view csv_reader::take_field() {
  if (skip('"')) return take_quoted();
  const std::size_t begin = at_;
  const auto ends = [](char byte) {
    return byte == ',' || byte == '\n' || byte == '\r' || byte == '"';
  };
  while (at_ < text_.size() && !ends(text_[at_])) ++at_;
  if (at_ < text_.size() && text_[at_] == '"')
    throw csv_error(line_, "a quote inside a field that does not begin with one");
  return text_.substr(begin, at_ - begin);
}

// Of the quotes that it meets the first of two is dropped, and a single one ends the field.
std::string_view csv_reader::take_quoted() {
  const std::size_t begin_line = line_;
  std::string* joined = nullptr;
  for (;;) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos)
      throw csv_error(begin_line, "a field in quotes that does not end");
    const std::string_view part = text_.substr(at_, quote - at_);
    at_ = quote + 1;
    line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    const bool goes_on = skip('"');
    if (!goes_on && joined == nullptr) return part;
    if (joined == nullptr) joined = &unescaped_.emplace_back();
    joined->append(part);
    if (!goes_on) return *joined;
    joined->push_back('"');
  }
}

void csv_reader::expect_record_end() {
  if (at_ == text_.size() || skip_line_end()) return;
  if (text_[at_] == '\r')
    throw csv_error(line_, "a carriage return that no line feed follows, outside of quotes");
  throw csv_error(line_, "something between the quote that ends a field and the next comma");
}

bool csv_reader::skip(char expected) noexcept {
  if (at_ == text_.size() || text_[at_] != expected) return false;
  ++at_;
  return true;
}

bool csv_reader::skip_line_end() noexcept {
  const std::string_view rest = text_.substr(at_);
  const std::size_t bytes = rest.starts_with('\n') ? 1 : rest.starts_with("\r\n") ? 2 : 0;
  at_ += bytes;
  line_ += bytes > 0 ? 1 : 0;
  return bytes > 0;
}

}  // namespace server::collections
