#include "server/json/text_output.hpp"

#include <cmath>
#include <cstdint>

#include "server/json/escape.hpp"

namespace server::json {

namespace {

// Below it every whole number is a double.
constexpr double exact_below = 9007199254740992;  // 2^53

}  // namespace

void text_output::refill(std::size_t bytes) {
  commit();
  begin_ = position_ = end_ = nullptr;
  const auto room = to_.prepare(bytes);
  begin_ = position_ = room.data();
  end_ = position_ + room.size();
}

void text_output::put_number(double number) {
  if (number == 0 && std::signbit(number)) return put("-0.0");
  if (std::isinf(number)) return put(number > 0 ? "1e99999" : "-1e99999");
  if (std::isnan(number)) return put("null");
  ensure(number_bytes_max);
  char* const end = position_ + number_bytes_max;
  // Whole numbers as people write them, where to_chars would say 1e+05.
  if (std::abs(number) < exact_below && number == std::trunc(number))
    position_ = std::to_chars(position_, end, static_cast<std::int64_t>(number)).ptr;
  else
    position_ = std::to_chars(position_, end, number).ptr;
}

void text_output::put_string(std::string_view text) {
  for (put_byte('"');;) {
    ensure(text.size() + 1);
    const std::size_t clean = copy_clean(text, position_);
    position_ += clean;
    if (clean == text.size()) break;
    put_escaped(static_cast<unsigned char>(text[clean]));
    text.remove_prefix(clean + 1);
  }
  *position_++ = '"';
}

void text_output::put_escaped(unsigned char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::size_t escape_bytes_max = 6;
  ensure(escape_bytes_max);
  *position_++ = '\\';
  *position_++ = escapes[byte];
  if (escapes[byte] != 'u') return;
  *position_++ = '0';
  *position_++ = '0';
  *position_++ = hex[byte >> 4];
  *position_++ = hex[byte & 0xf];
}

}  // namespace server::json
