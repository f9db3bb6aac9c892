// A byte sequence that grows without moving: a list of segments in one memory resource, written at
// the end and sent by one gathering write. Owned by one thread; the resource must outlive it.
// It never moves what is written.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <span>
#include <string_view>

namespace arena {

class segment_buffer {
 public:
  /// Takes no memory yet.
  explicit segment_buffer(std::pmr::memory_resource* memory) noexcept : memory_(memory) {}
  ~segment_buffer() { clear(); }

  segment_buffer(const segment_buffer&) = delete;
  segment_buffer& operator=(const segment_buffer&) = delete;

  /// Room for at least `bytes` contiguous bytes after the end; commit() makes them part of it.
  /// Throws what the resource throws; then nothing has changed.
  /// Lifetime: valid until the next call of a member that writes.
  [[nodiscard]] std::span<char> prepare(std::size_t bytes) {
    if (last_ == nullptr || room() < bytes) add_segment(bytes);
    return {last_->data() + last_->size, room()};
  }
  /// How many bytes prepare() gives without taking memory.
  std::size_t room() const noexcept { return last_ != nullptr ? last_->capacity - last_->size : 0; }
  /// Adds the first `bytes` bytes of what prepare() returned.
  void commit(std::size_t bytes) noexcept {
    last_->size += bytes;
    size_ += bytes;
  }
  /// Copies `text` to the end.
  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(prepare(text.size()).data(), text.data(), text.size());
    commit(text.size());
  }
  /// Drops the content and gives the segments back.
  void clear() noexcept;

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

  /// One contiguous piece. Segments stand in order; `next` of the last is null.
  struct segment {
    segment* next;
    std::size_t size;
    std::size_t capacity;

    char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
    std::string_view view() noexcept { return {data(), size}; }
  };
  segment* first() const noexcept { return first_; }

 private:
  void add_segment(std::size_t at_least_bytes);

  std::pmr::memory_resource* memory_;
  segment* first_ = nullptr;
  segment* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace arena
