#include "server/read_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace server {

bool read_buffer::try_reserve(std::size_t bytes) noexcept {
  if (bytes <= capacity_) return true;
  if (data_ == nullptr || !memory_->try_expand(data_, capacity_, bytes)) return false;
  capacity_ = bytes;
  return true;
}

bool read_buffer::reserve(std::size_t bytes) {
  if (try_reserve(bytes)) return false;
  auto* const moved = static_cast<char*>(memory_->resource()->allocate(bytes, 1));
  if (size_ > 0) std::memcpy(moved, data_, size_);
  release();
  data_ = moved;
  capacity_ = bytes;
  return size_ > 0;
}

void read_buffer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes.size() > capacity_ - size_) reserve(std::max(size_ + bytes.size(), 2 * capacity_));
  std::memcpy(data_ + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void read_buffer::drop_front(std::size_t bytes) noexcept {
  if (bytes == 0) return;
  size_ -= bytes;
  std::memmove(data_, data_ + bytes, size_);
}

void read_buffer::shrink() noexcept {
  if (size_ > 0 && size_ < capacity_ && memory_->try_expand(data_, capacity_, size_))
    capacity_ = size_;
}

void read_buffer::release() noexcept {
  if (data_ != nullptr) memory_->resource()->deallocate(data_, capacity_, 1);
}

}  // namespace server
