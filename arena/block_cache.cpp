#include "arena/block_cache.hpp"

#include <algorithm>
#include <new>

#include "arena/poison.hpp"

namespace arena {

namespace {
constexpr std::size_t block_alignment = alignof(std::max_align_t);
}

block_cache::~block_cache() {
  free_all();
}

void block_cache::free_all() noexcept {
  for (std::size_t index = 0; index < size_class::count; ++index) {
    while (classes_[index].count > 0) free_one(classes_[index], size_class::bytes(index));
    classes_[index].low_watermark = 0;
  }
}

bool block_cache::cacheable(std::size_t bytes, std::size_t alignment) noexcept {
  return bytes <= size_class::largest_bytes && alignment <= block_alignment;
}

void* block_cache::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) {
    return fetch(bytes, alignment);
  }
  const std::size_t index = size_class::index_for(bytes);
  kept_blocks& sized = classes_[index];
  if (sized.idle == nullptr) {
    return fetch(size_class::bytes(index), block_alignment);
  }
  idle_block* const taken = sized.idle;
  sized.idle = taken->next;
  sized.low_watermark = std::min(sized.low_watermark, --sized.count);
  idle_bytes_ -= size_class::bytes(index);
  unpoison(taken, size_class::bytes(index));
  return taken;
}

// Idle blocks of other sizes must not be why upstream has nothing more to give.
void* block_cache::fetch(std::size_t bytes, std::size_t alignment) {
  void* fresh = nullptr;
  try {
    fresh = upstream_->allocate(bytes, alignment);
  } catch (const std::bad_alloc&) {
    if (idle_bytes_ == 0) throw;
    free_all();
    fresh = upstream_->allocate(bytes, alignment);
  }
  ++upstream_allocations_;
  return fresh;
}

void block_cache::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) return upstream_->deallocate(p, bytes, alignment);
  const std::size_t index = size_class::index_for(bytes);
  const std::size_t block_bytes = size_class::bytes(index);
  if (block_bytes > retain_bytes_ - std::min(retain_bytes_, idle_bytes_))
    return upstream_->deallocate(p, block_bytes, block_alignment);
  kept_blocks& sized = classes_[index];
  sized.idle = ::new (p) idle_block{sized.idle};
  ++sized.count;
  idle_bytes_ += block_bytes;
  poison(sized.idle + 1, block_bytes - sizeof(idle_block));
}

void* block_cache::allocate_beside(std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) return upstream_->allocate(bytes, alignment);
  return upstream_->allocate(size_class::bytes(size_class::index_for(bytes)), block_alignment);
}

void block_cache::deallocate_beside(void* p, std::size_t bytes, std::size_t alignment) {
  if (!cacheable(bytes, alignment)) return upstream_->deallocate(p, bytes, alignment);
  upstream_->deallocate(p, size_class::bytes(size_class::index_for(bytes)), block_alignment);
}

void block_cache::trim() noexcept {
  for (std::size_t index = 0; index < size_class::count; ++index) {
    kept_blocks& sized = classes_[index];
    for (std::size_t left = (sized.low_watermark + 1) / 2; left > 0; --left) {
      free_one(sized, size_class::bytes(index));
      ++trimmed_blocks_;
    }
    sized.low_watermark = sized.count;
  }
}

void block_cache::free_one(kept_blocks& sized, std::size_t bytes) noexcept {
  idle_block* const gone = sized.idle;
  sized.idle = gone->next;
  --sized.count;
  idle_bytes_ -= bytes;
  unpoison(gone, bytes);
  upstream_->deallocate(gone, bytes, block_alignment);
}

}  // namespace arena
