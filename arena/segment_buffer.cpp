#include "arena/segment_buffer.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace arena {

namespace {
// A small answer fits the first segment; a large one soon reaches the last size, which is what the
// kernel takes in one send on loopback.
constexpr std::size_t first_segment_bytes = 512;
constexpr std::size_t last_segment_bytes = std::size_t{64} << 10;
constexpr std::size_t growth_factor = 4;
// More cannot be had, and must not wrap.
constexpr std::size_t max_bytes = std::numeric_limits<std::size_t>::max() / 2;
}  // namespace

void segment_buffer::add_segment(std::size_t at_least_bytes) {
  if (at_least_bytes > max_bytes) throw std::bad_array_new_length();
  const std::size_t grown =
      last_ == nullptr
          ? first_segment_bytes
          : std::min((last_->capacity + sizeof(segment)) * growth_factor, last_segment_bytes);
  const std::size_t bytes = std::max(grown, at_least_bytes + sizeof(segment));
  auto* const added = ::new (memory_->allocate(bytes, alignof(segment)))
      segment{.next = nullptr, .size = 0, .capacity = bytes - sizeof(segment)};
  (last_ == nullptr ? first_ : last_->next) = added;
  last_ = added;
}

void segment_buffer::clear() noexcept {
  segment* latest = nullptr;  // reversed: an arena takes back what was allocated last
  while (first_ != nullptr) {
    segment* const next = std::exchange(first_->next, latest);
    latest = std::exchange(first_, next);
  }
  while (latest != nullptr) {
    segment* const gone = std::exchange(latest, latest->next);
    memory_->deallocate(gone, gone->capacity + sizeof(segment), alignof(segment));
  }
  last_ = nullptr;
  size_ = 0;
}

}  // namespace arena
