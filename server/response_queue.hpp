// The exchanges of one connection that are answered and wait for their bytes to leave, in order.
// Owned by a session; each exchange is released, with its memory, when its last byte is out.
#pragma once

#include <cstddef>
#include <span>

#include <boost/asio/buffer.hpp>

#include "server/exchange.hpp"

namespace server {

class response_queue {
 public:
  /// Takes an exchange whose response is finished.
  void push(exchange_ptr answered) noexcept;
  /// Fills `into` with what is next to be sent and returns how many of its buffers are used.
  /// Lifetime: until consume().
  std::size_t gather(std::span<boost::asio::const_buffer> into) const noexcept;
  /// Marks bytes as sent, and releases each exchange that has none left.
  void consume(std::size_t bytes) noexcept;

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t size() const noexcept { return size_; }
  /// Of all responses in the queue, sent or not.
  std::size_t bytes() const noexcept { return bytes_; }
  /// The exchange pushed last. The queue must not be empty.
  exchange& back() const noexcept { return *last_; }

 private:
  exchange_ptr first_;
  exchange* last_ = nullptr;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::size_t sent_ = 0;  // bytes of the first one's response that are out
};

}  // namespace server
