// Whole numbers between text and memory, without a heap string.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

namespace server::json {

/// The digits of a whole number, with text before them: decimal(7) is "7", decimal(7, "item-")
/// "item-7". Lifetime: a view of it is valid as long as the object.
class decimal {
 public:
  /// `prefix` holds at most prefix_bytes_max bytes.
  template <std::integral Number>
  explicit decimal(Number number, std::string_view prefix = {}) noexcept {
    char* const digits = text_.data() + prefix.copy(text_.data(), prefix_bytes_max);
    end_ = std::to_chars(digits, text_.data() + text_.size(), number).ptr;
  }
  decimal(const decimal&) = delete;
  decimal& operator=(const decimal&) = delete;
  operator std::string_view() const noexcept { return {text_.data(), end_}; }

 private:
  static constexpr std::size_t prefix_bytes_max = 16;

  std::array<char, prefix_bytes_max + 20> text_;
  char* end_;
};

/// The number that `text` is, digits alone, from 0 to `max`; nullopt for everything else.
inline std::optional<std::size_t> parse_decimal(std::string_view text, std::size_t max) noexcept {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end || number > max) return std::nullopt;
  return number;
}

}  // namespace server::json
