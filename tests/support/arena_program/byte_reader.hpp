// Reads a byte string as the choices that a program makes. Every string is long enough: behind its
// end stand zeros. Owned by one run. Lifetime: the bytes must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

class byte_reader {
 public:
  explicit byte_reader(std::span<const std::uint8_t> bytes) noexcept : left_(bytes) {}

  bool empty() const noexcept { return left_.empty(); }
  /// 0 when nothing is left.
  std::size_t byte() noexcept {
    if (left_.empty()) return 0;
    const std::size_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  std::size_t two_bytes() noexcept {
    const std::size_t high = byte();
    return high << 8 | byte();
  }

 private:
  std::span<const std::uint8_t> left_;
};
