// Fuzz target: a text as a CSV file. What the loader makes of it is held against a reading of its
// own, byte by byte and without its parts: which texts are refused, each field, and of what kind a
// column may and must be.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/collections/loader.hpp"

namespace {

using server::collections::collection;
using server::collections::column;
using server::collections::column_kind;

using record = std::vector<std::string>;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "csv_fuzz: %s\n", what);
  std::abort();
}

// The records of a text; nullopt: RFC 4180 has no such text.
class plain_splitter {
 public:
  std::optional<std::vector<record>> split(std::string_view text) {
    for (std::size_t i = 0; i < text.size() && state_ != state::wrong; ++i) {
      // A line feed behind a carriage return outside of quotes is the line's end, else both stand.
      if (text[i] == '\r' && state_ != state::quoted) {
        if (i + 1 == text.size() || text[i + 1] != '\n') return std::nullopt;
        continue;
      }
      take(text[i]);
    }
    if (state_ == state::wrong || state_ == state::quoted) return std::nullopt;
    end_record();
    return records_;
  }

 private:
  enum class state { line_begin, field_begin, plain, quoted, quote, wrong };

  void take(char byte) {
    if (state_ == state::quoted) {
      if (byte == '"')
        state_ = state::quote;
      else
        field_ += byte;
    } else if (byte == ',') {
      end_field();
      state_ = state::field_begin;
    } else if (byte == '\n') {
      end_record();
    } else if (byte == '"') {
      if (state_ == state::quote) field_ += byte;
      state_ = state_ == state::plain ? state::wrong : state::quoted;
    } else {
      field_ += byte;
      state_ = state_ == state::quote ? state::wrong : state::plain;
    }
  }
  void end_field() {
    fields_.push_back(field_);
    field_.clear();
  }
  void end_record() {
    if (state_ != state::line_begin) {
      end_field();
      records_.push_back(fields_);
      fields_.clear();
    }
    state_ = state::line_begin;
  }

  state state_ = state::line_begin;
  std::string field_;
  record fields_;
  std::vector<record> records_;
};

// Decoded and encoded again: only a shortest form of a character comes back as it was.
bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&](std::size_t i) {
      return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const std::size_t bytes = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
    std::uint32_t code = bytes == 1 ? byte(0) : byte(0) & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (byte(i) & 0x3F);
    std::string again;
    if (code < 0x80) {
      again += static_cast<char>(code);
    } else if (code < 0x800) {
      again += static_cast<char>(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      again += static_cast<char>(0xE0 | code >> 12);
      again += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    } else {
      again += static_cast<char>(0xF0 | code >> 18);
      again += static_cast<char>(0x80 | (code >> 12 & 0x3F));
      again += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80) again += static_cast<char>(0x80 | (code & 0x3F));
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    if (text.substr(at, bytes) != again) return false;
    at += bytes;
  }
  return true;
}

// Whether records make a collection: a header of different names, and rows of its length.
bool are_rows(const std::vector<record>& records) {
  if (records.empty()) return false;
  std::set<std::string> names;
  for (const std::string& name : records.front()) {
    if (name.empty() || !names.insert(name).second) return false;
  }
  if (names.size() > 2000) return false;
  for (const record& one : records) {
    if (one.size() != names.size()) return false;
  }
  return true;
}

bool is_integer(const std::string& field) {
  std::int64_t number = 0;
  std::from_chars(field.data(), field.data() + field.size(), number);
  return std::to_string(number) == field;
}

bool is_exact_integer(const std::string& field) {
  if (!is_integer(field)) return false;
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.0f", std::strtod(field.c_str(), nullptr));
  return field == digits;
}

// With runs of digits cut to three, which no grammar of numbers can tell from longer ones.
std::string shape_of(std::string_view field) {
  std::string shape;
  std::size_t run = 0;
  for (const char byte : field) {
    run = byte >= '0' && byte <= '9' ? run + 1 : 0;
    if (run <= 3) shape += byte;
  }
  return shape;
}

bool is_real(const std::string& field) {
  static const std::regex grammar("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  static const std::regex whole("-?[0-9]+");
  const std::string shape = shape_of(field);
  if (!std::regex_match(shape, grammar)) return false;
  if (std::regex_match(shape, whole) && field != "-0") return false;
  const double number = std::strtod(field.c_str(), nullptr);
  const bool is_zero =
      field.substr(0, field.find_first_of("eE")).find_first_of("123456789") == std::string::npos;
  return std::isfinite(number) && (number == 0) == is_zero;
}

bool is_boolean(const std::string& field) {
  return std::set<std::string>{"true", "TRUE", "True", "false", "FALSE", "False"}.contains(field);
}

column_kind kind_of(const std::vector<record>& records, std::size_t number) {
  std::size_t values = 0;
  std::size_t integers = 0;
  std::size_t numbers = 0;
  std::size_t booleans = 0;
  for (std::size_t row = 1; row < records.size(); ++row) {
    const std::string& field = records[row][number];
    if (field.empty()) continue;
    ++values;
    if (is_integer(field)) ++integers;
    if (is_exact_integer(field) || is_real(field)) ++numbers;
    if (is_boolean(field)) ++booleans;
  }
  if (values == 0) return column_kind::text;
  if (integers == values) return column_kind::integer;
  if (numbers == values) return column_kind::real;
  return booleans == values ? column_kind::boolean : column_kind::text;
}

void check_value(const column& from, std::size_t row, const std::string& field) {
  expect(from.is_null(row) == field.empty(), "a null");
  expect(!from.is_absent(row), "an absent field");
  if (field.empty()) return;
  switch (from.kind()) {
    case column_kind::boolean:
      return expect(from.boolean(row) == (field[0] == 't' || field[0] == 'T'), "a boolean");
    case column_kind::integer:
      return expect(std::to_string(from.integer(row)) == field, "an integer");
    case column_kind::real:
      return expect(from.real(row) == std::strtod(field.c_str(), nullptr), "a real");
    case column_kind::text:
      return expect(from.text(row) == field, "a text");
    case column_kind::document:
      return expect(false, "a document");
  }
}

void check_loaded(const collection& made, const std::vector<record>& records) {
  expect(made.size() == records.size() - 1, "the number of rows");
  expect(made.columns().size() == records.front().size(), "the number of columns");
  for (std::size_t i = 0; i < made.columns().size(); ++i) {
    const column& one = made.columns()[i];
    expect(one.name() == records.front()[i], "a name");
    expect(one.kind() == kind_of(records, i), "a kind");
    for (std::size_t row = 0; row < made.size(); ++row) check_value(one, row, records[row + 1][i]);
  }
  const column* const by = made.id_column();
  for (std::size_t row = 0; row < made.size(); ++row) {
    const std::string id =
        by == nullptr ? std::to_string(row)
                      : records[row + 1][static_cast<std::size_t>(by - made.columns().data())];
    expect(made.find(id) == row, "a row by its id");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view content = text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  std::optional<std::vector<record>> expected;
  const bool is_blank = content.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (is_utf8(content) && !is_blank) expected = plain_splitter().split(content);
  if (expected && !are_rows(*expected)) expected.reset();
  std::optional<collection> made;
  std::string error;
  try {
    made.emplace(server::collections::load_csv("fuzzed", text, "fuzzed.csv"));
  } catch (const server::collections::load_error& refused) {
    error = refused.what();
  }
  expect(made.has_value() == expected.has_value(), error.empty() ? "taken" : error.c_str());
  if (made) check_loaded(*made, *expected);
  expect(made || error.starts_with("fuzzed.csv:"), "an error without its file");
  return 0;
}
