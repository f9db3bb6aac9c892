// Text with gaps that are filled anew for each request: {n} is the request's running number,
// {random:LOW:HIGH} a random whole number, both bounds included. Any other brace is itself, so that
// JSON can be written as it is. Immutable; any thread may fill it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/generator/random_numbers.hpp"

namespace generator {

class text_template {
 public:
  /// Throws std::invalid_argument where a {random: is not well formed.
  explicit text_template(std::string_view text);

  void fill(std::uint64_t number, random_numbers& random, std::string& out) const;

 private:
  enum class gap { none, number, random };
  struct piece {
    std::string text;  // before the gap
    gap what = gap::none;
    std::int64_t low = 0, high = 0;
  };
  static piece random_gap(std::string_view inside);

  std::vector<piece> pieces_;
};

}  // namespace generator
