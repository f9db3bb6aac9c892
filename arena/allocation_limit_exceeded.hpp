// What an arena throws when its limit is in the way, or a size is beyond any limit.
// It is a std::bad_alloc, so that who knows no arenas handles it too.
// A heap that is full is another matter: that throws whatever upstream throws.
#pragma once

#include <cstddef>
#include <new>

namespace arena {

/// Thrown when an allocation would take the bytes in use over the limit. Nothing has changed then.
class allocation_limit_exceeded : public std::bad_alloc {
 public:
  allocation_limit_exceeded(std::size_t asked, std::size_t used, std::size_t limit) noexcept
      : asked_bytes(asked), used_bytes(used), limit_bytes(limit) {}

  const char* what() const noexcept override { return "arena: allocation limit exceeded"; }

  std::size_t asked_bytes;
  std::size_t used_bytes;
  std::size_t limit_bytes;
};

}  // namespace arena
