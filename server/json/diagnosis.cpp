#include "server/json/diagnosis.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "server/json/number_text.hpp"
#include "server/json/utf8.hpp"

namespace server::json {

namespace {

bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}

// Each member that returns bool goes over what it is named after, or fails.
class strict_walk {
 public:
  strict_walk(std::string_view text, std::size_t depth_max) noexcept
      : text_(text), depth_left_(depth_max) {}

  std::optional<diagnosis> run() noexcept {
    if (value("a value")) {
      skip_space();
      if (at_ < text_.size()) fail(at_, "nothing after the value");
    }
    return found_;
  }

 private:
  bool fail(std::size_t offset, std::string_view expected) noexcept {
    found_ = {offset, expected};
    return false;
  }
  // 0 stands for the end too: it is no part of any token.
  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char byte) noexcept {
    const bool there = at_ < text_.size() && text_[at_] == byte;
    at_ += there ? 1 : 0;
    return there;
  }
  void skip_space() noexcept {
    while (take(' ') || take('\t') || take('\n') || take('\r')) {
    }
  }

  bool value(std::string_view expected) noexcept {
    skip_space();
    switch (peek()) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return peek() == '-' || is_digit(peek()) ? number() : fail(at_, expected);
    }
  }

  bool enter() noexcept {
    if (depth_left_ == 0) return fail(at_, "less deep nesting");
    --depth_left_;
    ++at_;
    skip_space();
    return true;
  }
  bool leave() noexcept {
    ++depth_left_;
    return true;
  }

  bool array() noexcept {
    if (!enter()) return false;
    if (take(']')) return leave();
    for (std::string_view expected = "a value or ']'";; expected = "a value") {
      if (!value(expected)) return false;
      skip_space();
      if (take(']')) return leave();
      if (!take(',')) return fail(at_, "',' or ']'");
    }
  }

  bool object() noexcept {
    if (!enter()) return false;
    if (take('}')) return leave();
    for (std::string_view expected = "a name in quotes or '}'";; expected = "a name in quotes") {
      if (!member(expected)) return false;
      skip_space();
      if (take('}')) return leave();
      if (!take(',')) return fail(at_, "',' or '}'");
    }
  }
  bool member(std::string_view expected) noexcept {
    skip_space();
    if (peek() != '"') return fail(at_, expected);
    if (!string()) return false;
    skip_space();
    return take(':') ? value("a value") : fail(at_, "':'");
  }

  bool literal(std::string_view word) noexcept {
    for (const char byte : word) {
      if (!take(byte)) return fail(at_, word);
    }
    return true;
  }

  bool number() noexcept {
    const std::size_t begin = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    std::string_view exponent = "0";
    if (take('e') || take('E')) {
      if (!take('-')) take('+');
      const std::size_t first = at_;
      if (!digits()) return false;
      exponent = text_.substr(first, at_ - first);
    }
    return is_in_range(text_.substr(begin, at_ - begin), exponent) ||
           fail(begin, "a number in the range of a double");
  }
  bool digits() noexcept {
    if (!is_digit(peek())) return fail(at_, "a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }
  // Boost.JSON takes no exponent that is no int, whatever stands before it.
  static bool is_in_range(std::string_view number, std::string_view exponent) noexcept {
    std::int32_t ignored = 0;
    return nearest_double(number) &&
           std::from_chars(exponent.data(), exponent.data() + exponent.size(), ignored).ec ==
               std::errc();
  }

  bool string() noexcept {
    for (++at_; at_ < text_.size();) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte < 0x20) return fail(at_, "an escape in place of a control character");
      if (byte >= 0x80) {
        if (!character()) return false;
      } else if (take('"')) {
        return true;
      } else if (take('\\')) {
        if (!escape()) return false;
      } else {
        ++at_;
      }
    }
    return fail(at_, "the string's end");
  }
  bool character() noexcept {
    const std::size_t bytes = utf8_character_bytes(text_.substr(at_));
    if (bytes == 0) return fail(at_, "UTF-8");
    at_ += bytes;
    return true;
  }

  bool escape() noexcept {
    const std::size_t backslash = at_ - 1;
    if (!take('u')) {
      for (const char byte : std::string_view("\"\\/bfnrt")) {
        if (take(byte)) return true;
      }
      return fail(at_, "one of \"\\/bfnrtu after '\\'");
    }
    std::uint32_t unit = 0;
    if (!hex_digits(unit)) return false;
    if (unit < 0xd800 || unit > 0xdfff) return true;
    constexpr std::string_view expected = "two surrogates that are a pair";
    if (unit > 0xdbff || !take('\\') || !take('u')) return fail(backslash, expected);
    if (!hex_digits(unit)) return false;
    return (unit >= 0xdc00 && unit <= 0xdfff) || fail(backslash, expected);
  }
  bool hex_digits(std::uint32_t& unit) noexcept {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char byte = peek();
      const char letter = static_cast<char>(byte | 0x20);
      if (!is_digit(byte) && (letter < 'a' || letter > 'f'))
        return fail(at_, "four hexadecimal digits after '\\u'");
      unit =
          unit * 16 + static_cast<std::uint32_t>(is_digit(byte) ? byte - '0' : letter - 'a' + 10);
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_left_;
  std::optional<diagnosis> found_;
};

}  // namespace

std::optional<diagnosis> diagnose(std::string_view text, std::size_t depth_max) noexcept {
  return strict_walk(text, depth_max).run();
}

}  // namespace server::json
