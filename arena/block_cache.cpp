#include "arena/block_cache.hpp"

#include <algorithm>
#include <bit>

namespace arena {

namespace {
constexpr std::size_t block_alignment = alignof(std::max_align_t);
}

block_cache::~block_cache() {
  for (std::size_t index = 0; index < class_count; ++index) {
    while (classes_[index].count > 0) free_one(classes_[index], class_bytes(index));
  }
}

// Class 4k + q holds blocks of 2^(k + smallest) * (1 + q/4) bytes.
std::size_t block_cache::class_bytes(std::size_t index) noexcept {
  const std::size_t octave = std::size_t{1} << (smallest_log2 + index / 4);
  return octave + octave / 4 * (index % 4);
}

std::size_t block_cache::class_index(std::size_t bytes) noexcept {
  if (bytes <= std::size_t{1} << smallest_log2) return 0;
  const auto log2 = static_cast<std::size_t>(std::bit_width(bytes - 1) - 1);
  const std::size_t octave = std::size_t{1} << log2;
  const std::size_t quarters = (bytes - octave + octave / 4 - 1) / (octave / 4);
  return (log2 - smallest_log2) * 4 + quarters;
}

bool block_cache::cacheable(std::size_t bytes, std::size_t alignment) noexcept {
  return bytes <= std::size_t{1} << largest_log2 && alignment <= block_alignment;
}

void* block_cache::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) {
    void* const fresh = upstream_->allocate(bytes, alignment);
    ++upstream_allocations_;
    return fresh;
  }
  const std::size_t index = class_index(bytes);
  size_class& sized = classes_[index];
  if (sized.idle == nullptr) {
    void* const fresh = upstream_->allocate(class_bytes(index), block_alignment);
    ++upstream_allocations_;
    return fresh;
  }
  idle_block* const taken = sized.idle;
  sized.idle = taken->next;
  sized.low_watermark = std::min(sized.low_watermark, --sized.count);
  idle_bytes_ -= class_bytes(index);
  return taken;
}

void block_cache::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) return upstream_->deallocate(p, bytes, alignment);
  const std::size_t index = class_index(bytes);
  const std::size_t block_bytes = class_bytes(index);
  if (block_bytes > retain_bytes_ - std::min(retain_bytes_, idle_bytes_))
    return upstream_->deallocate(p, block_bytes, block_alignment);
  size_class& sized = classes_[index];
  sized.idle = ::new (p) idle_block{sized.idle};
  ++sized.count;
  idle_bytes_ += block_bytes;
}

void block_cache::trim() noexcept {
  for (std::size_t index = 0; index < class_count; ++index) {
    size_class& sized = classes_[index];
    for (std::size_t left = (sized.low_watermark + 1) / 2; left > 0; --left) {
      free_one(sized, class_bytes(index));
      ++trimmed_blocks_;
    }
    sized.low_watermark = sized.count;
  }
}

void block_cache::free_one(size_class& sized, std::size_t bytes) noexcept {
  idle_block* const gone = sized.idle;
  sized.idle = gone->next;
  --sized.count;
  idle_bytes_ -= bytes;
  upstream_->deallocate(gone, bytes, block_alignment);
}

}  // namespace arena
