#include "server/json/document.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include <boost/json/parser.hpp>

namespace server::json {

std::variant<boost::json::value, parse_error> parse(std::string_view text,
                                                    boost::json::storage_ptr storage) {
  // The parser's own stack starts here and, if it outgrows it, goes on in the request's memory.
  std::array<unsigned char, 4096> stack;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::parser parser(storage, options, stack.data(), stack.size());
  parser.reset(std::move(storage));  // without it the *value* would go to the heap
  boost::json::error_code reason;
  const std::size_t taken = parser.write_some(text.data(), text.size(), reason);
  if (!reason && taken < text.size()) reason = boost::json::error::extra_data;
  if (reason) return parse_error{taken, reason};
  return parser.release();
}

namespace {

// What follows the backslash for each byte; 0: goes as it is, 'u': as \u00XX.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t control = 0; control < 0x20; ++control) table[control] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

// Whether any of eight bytes must be escaped: below 0x20, '"' or '\\'. A byte of 0x80 and more is
// none of these, and a borrow cannot reach a byte without having found one below it.
bool any_escape(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const auto zero_byte = [](std::uint64_t v) { return (v - ones) & ~v; };
  const std::uint64_t control = (bytes - ones * 0x20) & ~bytes;
  const std::uint64_t found =
      control | zero_byte(bytes ^ ones * '"') | zero_byte(bytes ^ ones * '\\');
  return (found & ones * 0x80) != 0;
}

// How many bytes of `text` can go as they are.
std::size_t clean_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (std::uint64_t bytes; text.size() - at >= sizeof bytes; at += sizeof bytes) {
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if (any_escape(bytes)) break;
  }
  while (at < text.size() && escapes[static_cast<unsigned char>(text[at])] == 0) ++at;
  return at;
}

// Writes through a bare pointer into prepared room, which is committed when it runs out.
class writer {
 public:
  explicit writer(arena::segment_buffer& to) noexcept : to_(to) {}
  ~writer() { commit(); }
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  void put(const boost::json::value& value);
  void put(std::string_view text);

 private:
  // Longest of all numbers: 17 digits, sign, point, exponent.
  static constexpr std::size_t number_bytes = 32;
  static constexpr std::size_t escape_bytes = 6;

  void commit() noexcept {
    if (begin_ != nullptr) to_.commit(static_cast<std::size_t>(position_ - begin_));
    begin_ = position_;
  }
  void ensure(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - position_) < bytes) [[unlikely]]
      refill(bytes);
  }
  void refill(std::size_t bytes) {
    commit();
    begin_ = position_ = end_ = nullptr;
    const auto room = to_.prepare(bytes);
    begin_ = position_ = room.data();
    end_ = position_ + room.size();
  }
  void put_byte(char byte) {
    ensure(1);
    *position_++ = byte;
  }
  void put_raw(std::string_view text) {
    ensure(text.size());
    std::memcpy(position_, text.data(), text.size());
    position_ += text.size();
  }
  template <class Number>
  void put_number(Number number) {
    ensure(number_bytes);
    position_ = std::to_chars(position_, position_ + number_bytes, number).ptr;
  }
  void put_double(double number);
  void put_escaped(unsigned char byte);
  void put_array(const boost::json::array& array);
  void put_object(const boost::json::object& object);

  arena::segment_buffer& to_;
  char* begin_ = nullptr;
  char* position_ = nullptr;
  char* end_ = nullptr;
};

void writer::put(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return put_raw("null");
    case boost::json::kind::bool_:
      return put_raw(value.get_bool() ? "true" : "false");
    case boost::json::kind::int64:
      return put_number(value.get_int64());
    case boost::json::kind::uint64:
      return put_number(value.get_uint64());
    case boost::json::kind::double_:
      return put_double(value.get_double());
    case boost::json::kind::string:
      return put(std::string_view(value.get_string()));
    case boost::json::kind::array:
      return put_array(value.get_array());
    case boost::json::kind::object:
      return put_object(value.get_object());
  }
}

// Whole numbers as people write them, where to_chars would say 1e+05. JSON has no infinity: it is
// written as a number that is read back as one, and what is no number as null.
void writer::put_double(double number) {
  constexpr double exact_below = 9007199254740992;  // 2^53
  if (number == 0 && std::signbit(number)) return put_raw("-0.0");
  if (std::isinf(number)) return put_raw(number > 0 ? "1e99999" : "-1e99999");
  if (std::isnan(number)) return put_raw("null");
  if (std::abs(number) < exact_below && number == std::trunc(number))
    return put_number(static_cast<std::int64_t>(number));
  put_number(number);
}

void writer::put(std::string_view text) {
  put_byte('"');
  for (;;) {
    const std::size_t clean = clean_prefix(text);
    put_raw(text.substr(0, clean));
    if (clean == text.size()) break;
    put_escaped(static_cast<unsigned char>(text[clean]));
    text.remove_prefix(clean + 1);
  }
  put_byte('"');
}

void writer::put_escaped(unsigned char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  ensure(escape_bytes);
  *position_++ = '\\';
  *position_++ = escapes[byte];
  if (escapes[byte] != 'u') return;
  put_raw("00");
  *position_++ = hex[byte >> 4];
  *position_++ = hex[byte & 0xf];
}

void writer::put_array(const boost::json::array& array) {
  char separator = '[';
  for (const auto& element : array) {
    put_byte(std::exchange(separator, ','));
    put(element);
  }
  put_raw(array.empty() ? "[]" : "]");
}

void writer::put_object(const boost::json::object& object) {
  char separator = '{';
  for (const auto& member : object) {
    put_byte(std::exchange(separator, ','));
    put(std::string_view(member.key()));
    put_byte(':');
    put(member.value());
  }
  put_raw(object.empty() ? "{}" : "}");
}

}  // namespace

void serialize(const boost::json::value& document, arena::segment_buffer& to) {
  writer(to).put(document);
}

void serialize(std::string_view text, arena::segment_buffer& to) {
  writer(to).put(text);
}

}  // namespace server::json
