// Which rows of a collection are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace server::collections {

struct page {
  /// 100 rows: some 10 to 30 KB of ordinary data, a screen or two.
  static constexpr std::size_t limit_default = 100;
  /// 1000 rows: bounds what one request can cost; whoever wants more turns pages.
  static constexpr std::size_t limit_max = 1000;
  /// The largest signed 64-bit number, which clients of every language can write.
  static constexpr std::size_t offset_max = std::numeric_limits<std::int64_t>::max();

  std::size_t offset = 0;
  std::size_t limit = limit_default;
};

}  // namespace server::collections
