// The words of a grammar and what they stand for: tables so short that looking at each is quickest.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace server::collections {

template <class Value, std::size_t Count>
using named_values = std::array<std::pair<std::string_view, Value>, Count>;

/// The value of that name, if there is one. O(Count).
template <class Value, std::size_t Count>
constexpr std::optional<Value> find(const named_values<Value, Count>& names,
                                    std::string_view wanted) noexcept {
  for (const auto& [name, value] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

}  // namespace server::collections
