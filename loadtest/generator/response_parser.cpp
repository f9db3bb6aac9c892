#include "loadtest/generator/response_parser.hpp"

#include <algorithm>
#include <charconv>

#include <strings.h>

namespace generator {
namespace {

constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_token_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         token_marks.find(c) != token_marks.npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 || c == '\t') && byte != 0x7F;
  });
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool lists(std::string_view value, std::string_view wanted) {
  while (true) {
    const std::size_t comma = value.find(',');
    if (same(trimmed(value.substr(0, comma)), wanted)) return true;
    if (comma == value.npos) return false;
    value.remove_prefix(comma + 1);
  }
}

// Digits alone, all of them, within 63 bits: no sign, no blank.
bool read_number(std::string_view text, int base, std::uint64_t& number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, base);
  return error == std::errc{} && stopped == end && number <= (~std::uint64_t{0} >> 1);
}

}  // namespace

void response_parser::restart(body_kind body) {
  step_ = step::status_line;
  body_ = body;
  line_.clear();
  head_bytes_ = 0;
  status_ = 0;
  left_ = body_bytes_ = 0;
  has_length_ = is_chunked_ = false;
  keeps_alive_ = true;
}

response_parser::result response_parser::feed(std::string_view& input) {
  while (step_ != step::complete && step_ != step::malformed && !input.empty()) {
    if (step_ == step::body || step_ == step::body_to_end) {
      take_body(input, step::complete);
    } else if (step_ == step::chunk) {
      take_body(input, step::chunk_end);
    } else if (std::string_view line; take_line(input, line)) {
      const step next = on_line(line);
      line_.clear();
      step_ = next;
    }
  }
  if (step_ == step::malformed) return result::malformed;
  return step_ == step::complete ? result::complete : result::more;
}

response_parser::result response_parser::end() {
  if (step_ == step::body_to_end) step_ = step::complete;
  return step_ == step::complete ? result::complete : result::malformed;
}

// A line without its CR LF. A part of one stays in line_; the rest of a line that came in one piece
// is not copied.
bool response_parser::take_line(std::string_view& input, std::string_view& line) {
  const std::size_t end = input.find('\n');
  const std::size_t taken = end == input.npos ? input.size() : end + 1;
  head_bytes_ += taken;
  if (head_bytes_ > head_bytes_max) {
    step_ = step::malformed;
    return false;
  }
  line = input.substr(0, taken);
  if (end == input.npos || !line_.empty()) line = line_.append(line);
  const bool is_cut = end == input.npos;
  input.remove_prefix(taken);
  if (is_cut) return false;
  if (!line.ends_with("\r\n")) {
    step_ = step::malformed;
    return false;
  }
  line.remove_suffix(2);
  return true;
}

void response_parser::take_body(std::string_view& input, step then) {
  const bool is_bounded = step_ != step::body_to_end;
  const std::size_t taken =
      is_bounded ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()))
                 : input.size();
  body_bytes_ += taken;
  input.remove_prefix(taken);
  if (!is_bounded) return;
  left_ -= taken;
  if (left_ == 0) step_ = then;
}

response_parser::step response_parser::on_line(std::string_view line) {
  switch (step_) {
    case step::status_line:
      return on_status_line(line);
    case step::fields:
      return line.empty() ? on_end_of_fields() : on_field(line);
    case step::chunk_size:
      return on_chunk_size(line);
    case step::chunk_end:
      return line.empty() ? step::chunk_size : step::malformed;
    case step::trailers: {
      if (line.empty()) return step::complete;
      const std::size_t colon = line.find(':');
      const bool is_field = colon != line.npos && is_token(line.substr(0, colon));
      return is_field && is_printable(line) ? step::trailers : step::malformed;
    }
    default:
      return step::malformed;
  }
}

response_parser::step response_parser::on_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.0 ")) return step::malformed;
  keeps_alive_ = line[7] == '1';
  const std::string_view code = line.substr(9, 3);
  const bool is_code = code.size() == 3 && std::all_of(code.begin(), code.end(), is_digit);
  if (!is_code || line.size() < 13 || line[12] != ' ' || !is_printable(line))
    return step::malformed;
  std::from_chars(code.data(), code.data() + 3, status_);
  return status_ >= 100 && status_ <= 599 && status_ != 101 ? step::fields : step::malformed;
}

response_parser::step response_parser::on_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)) || !is_printable(line)) {
    return step::malformed;
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same(name, "Content-Length")) return on_length(value);
  if (same(name, "Transfer-Encoding")) {
    if (is_chunked_ || !same(value, "chunked")) return step::malformed;
    is_chunked_ = true;
  }
  if (same(name, "Connection") && lists(value, "close")) keeps_alive_ = false;
  return step::fields;
}

response_parser::step response_parser::on_length(std::string_view value) {
  if (has_length_ || !read_number(value, 10, left_)) return step::malformed;
  has_length_ = true;
  return step::fields;
}

response_parser::step response_parser::on_end_of_fields() {
  if (has_length_ && is_chunked_) return step::malformed;
  if (status_ < 200) {  // interim: the response proper follows
    if (has_length_ || is_chunked_) return step::malformed;
    restart(body_);
    return step::status_line;
  }
  const bool is_bare = body_ == body_kind::none || status_ == 204 || status_ == 304;
  if (is_bare) return step::complete;
  if (is_chunked_) return step::chunk_size;
  if (has_length_) return left_ == 0 ? step::complete : step::body;
  keeps_alive_ = false;
  return step::body_to_end;
}

response_parser::step response_parser::on_chunk_size(std::string_view line) {
  const std::size_t extension = line.find_first_of("; \t");
  const std::string_view size = line.substr(0, extension);
  if (!read_number(size, 16, left_) || !is_printable(line)) return step::malformed;
  const bool has_extension = extension != line.npos;
  if (has_extension && !trimmed(line.substr(extension)).starts_with(';')) return step::malformed;
  head_bytes_ = 0;  // the bound is for heads; a body may have any number of chunks
  return left_ == 0 ? step::trailers : step::chunk;
}

}  // namespace generator
