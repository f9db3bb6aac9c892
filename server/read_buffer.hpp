// A growing contiguous span of a request's memory that the socket reads into. In an arena it grows
// in place while it is the latest allocation; elsewhere, and then, it moves.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "server/request_memory.hpp"

namespace server {

class read_buffer {
 public:
  /// Takes no memory yet. Lifetime: `memory` must outlive the buffer.
  explicit read_buffer(const request_memory& memory) noexcept : memory_(&memory) {}
  ~read_buffer() { release(); }

  read_buffer(const read_buffer&) = delete;
  read_buffer& operator=(const read_buffer&) = delete;

  /// Makes room for `bytes` bytes in all. Returns whether there was content that moved, which ends
  /// views.
  /// Throws what the memory throws; then nothing has changed.
  bool reserve(std::size_t bytes);
  /// As reserve(), but only where the content need not move. Returns whether the room is there.
  bool try_reserve(std::size_t bytes) noexcept;
  /// What the next bytes may be read into.
  std::span<char> room() noexcept { return {data_ + size_, capacity_ - size_}; }
  /// Adds the first `bytes` bytes of room().
  void commit(std::size_t bytes) noexcept { size_ += bytes; }
  /// Copies to the end, growing at least twofold.
  void append(std::string_view bytes);
  /// Forgets the first `bytes` bytes; what is behind moves to the front.
  void drop_front(std::size_t bytes) noexcept;
  /// Forgets all but the first `bytes` bytes.
  void truncate(std::size_t bytes) noexcept { size_ = bytes; }
  /// Gives unused room back where that moves nothing.
  void shrink() noexcept;

  std::string_view view() const noexcept { return {data_, size_}; }
  const char* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  void release() noexcept;

  const request_memory* memory_;
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace server
