// A bump arena of one block that it never outgrows: the block stands inside the object, or is a
// buffer of the caller's. Owned by one thread at a time; not synchronised.
// It calls neither the heap nor any other resource: a full block is an error, not a reason to grow.
// It runs no destructor: what is placed in it must not need one, or its owner must run it first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>

#include "arena/allocation_limit_exceeded.hpp"
#include "arena/bump.hpp"
#include "arena/poison.hpp"

namespace arena {

namespace detail {

/// The block inside the object, uninitialised.
template <std::size_t Bytes>
class fixed_block {
 public:
  std::byte* begin() noexcept { return bytes_; }
  const std::byte* begin() const noexcept { return bytes_; }
  const std::byte* end() const noexcept { return bytes_ + Bytes; }

 private:
  static_assert(Bytes > 0 && Bytes % granule_bytes == 0,
                "a fixed_arena's size is a multiple of 8 bytes: the arena hands out no less");
  alignas(std::max_align_t) std::byte bytes_[Bytes];
};

/// The caller's block, from its first granule to its last.
template <>
class fixed_block<std::dynamic_extent> {
 public:
  explicit fixed_block(std::span<std::byte> buffer) noexcept {
    const std::size_t skipped =
        padding_for(reinterpret_cast<std::uintptr_t>(buffer.data()), granule_bytes);
    if (buffer.size() < skipped) return;
    begin_ = buffer.data() + skipped;
    end_ = begin_ + round_down(buffer.size() - skipped);
  }

  std::byte* begin() const noexcept { return begin_; }
  const std::byte* end() const noexcept { return end_; }

 private:
  std::byte* begin_ = nullptr;
  std::byte* end_ = nullptr;
};

}  // namespace detail

/// `fixed_arena<4096>` has its block inside, of a multiple of 8 bytes; `fixed_arena<>` works in the
/// caller's buffer.
template <std::size_t Bytes = std::dynamic_extent>
class fixed_arena final : public std::pmr::memory_resource {
 public:
  fixed_arena() noexcept requires(Bytes != std::dynamic_extent) { reset(); }
  /// `buffer` need not be aligned: up to 7 bytes at either end stay unused. It may be empty, and
  /// must outlive the arena, which has it to itself for that time.
  explicit fixed_arena(std::span<std::byte> buffer) noexcept requires(Bytes == std::dynamic_extent)
      : block_(buffer) {
    reset();
  }
  /// The block is the stack's or the caller's again, and nothing in it stays poisoned.
  ~fixed_arena() override { unpoison(block_.begin(), capacity()); }

  fixed_arena(const fixed_arena&) = delete;
  fixed_arena& operator=(const fixed_arena&) = delete;

  /// Memory for `bytes` bytes, never null, zero bytes included. O(1).
  /// `alignment` is a power of two; up to granule_bytes it costs nothing.
  /// Throws allocation_limit_exceeded, whose limit is the capacity; then nothing has changed.
  /// Lifetime: until reset() or the arena's end.
  [[nodiscard]] void* allocate(std::size_t bytes,
                               std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t padding = padding_here(alignment);
    if (fits_at_once(bytes, padding)) [[likely]]
      return advance(bytes, padding);
    return allocate_slow(bytes, alignment);
  }

  /// The same, but null if it does not fit.
  [[nodiscard]] void* try_allocate(std::size_t bytes,
                                   std::size_t alignment = alignof(std::max_align_t)) noexcept {
    const std::size_t padding = padding_here(alignment);
    if (fits_at_once(bytes, padding)) [[likely]]
      return advance(bytes, padding);
    return take(bytes, alignment);
  }

  /// Ends the life of everything allocated. O(1), but for the poison of sanitizer builds.
  void reset() noexcept {
    position_ = block_.begin();
    poison(block_.begin(), capacity());
  }

  /// Bytes handed out since the last reset, rounding and padding included.
  std::size_t used() const noexcept { return static_cast<std::size_t>(position_ - block_.begin()); }
  /// Bytes of the block, a multiple of the granule: `Bytes`, or what of the buffer can be used.
  std::size_t capacity() const noexcept {
    return static_cast<std::size_t>(block_.end() - block_.begin());
  }
  /// Bytes that one more allocation can have if it needs no padding.
  std::size_t remaining() const noexcept {
    return static_cast<std::size_t>(block_.end() - position_);
  }
  /// Whether `p` points to a byte of the block, handed out or not.
  bool owns(const void* p) const noexcept {
    const auto offset =
        reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(block_.begin());
    return offset < capacity();
  }

 private:
  // As in bump_arena.
  std::size_t padding_here(std::size_t alignment) const noexcept {
    if (alignment <= granule_bytes) return 0;
    return padding_for(reinterpret_cast<std::uintptr_t>(position_), alignment);
  }
  bool fits_at_once(std::size_t bytes, std::size_t padding) const noexcept {
    return !poisoning && fits(remaining(), padding, bytes);
  }
  void* advance(std::size_t bytes, std::size_t padding) noexcept {
    std::byte* const result = position_ + padding;
    position_ = result + round_up(bytes, granule_bytes);
    return result;
  }

  // These two out of line, so that a caller's fast path is a handful of instructions.
  [[gnu::noinline]] void* allocate_slow(std::size_t bytes, std::size_t alignment) {
    void* const result = take(bytes, alignment);
    if (result == nullptr) throw allocation_limit_exceeded(bytes, used(), capacity());
    return result;
  }
  [[gnu::noinline]] void* take(std::size_t bytes, std::size_t alignment) noexcept {
    const auto position = reinterpret_cast<std::uintptr_t>(position_);
    const std::uintptr_t start = bump(position, position + remaining(), bytes, alignment);
    if (start == 0) return nullptr;
    std::byte* const result = position_ + (start - position);
    position_ = result + round_up(bytes == 0 ? 1 : bytes, granule_bytes);
    unpoison(result, bytes);
    return result;
  }

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    const auto position = reinterpret_cast<std::uintptr_t>(position_);
    return allocate(bytes, container_alignment(position, position + remaining(), bytes, alignment));
  }
  // Memory comes back at reset() only.
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::byte* position_ = nullptr;  // next free byte; in front, where the virtual table's pointer is
  detail::fixed_block<Bytes> block_;
};

}  // namespace arena
