// The exchanges of one connection that are answered and wait for their bytes to leave, in order.
// Owned by a session; each exchange is released, with its memory, when its last byte is out.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

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
  /// Marks bytes as sent, and releases each exchange that has none left, after
  /// `sent(exchange, bytes)`.
  template <class Sent>
  void consume(std::size_t bytes, Sent sent) noexcept {
    sent_ += bytes;
    while (first_ != nullptr && sent_ >= bytes_of(*first_)) {
      sent(*first_, bytes_of(*first_));
      sent_ -= bytes_of(*first_);
      drop_first();
    }
  }
  /// Releases what is left, after `cut(exchange, bytes)` with the bytes of each that are out.
  template <class Cut>
  void abandon(Cut cut) noexcept {
    for (; first_ != nullptr; drop_first()) cut(*first_, std::exchange(sent_, 0));
  }

  bool empty() const noexcept { return first_ == nullptr; }
  std::size_t size() const noexcept { return size_; }
  /// Memory that the exchanges hold, or bytes of their responses where that is not known or less.
  std::size_t held_bytes() const noexcept { return held_bytes_; }
  /// The exchange pushed last. The queue must not be empty.
  exchange& back() const noexcept { return *last_; }

 private:
  static std::size_t bytes_of(const exchange& answered) noexcept {
    return answered.answer.bytes_to_send();
  }
  void drop_first() noexcept;

  exchange_ptr first_;
  exchange* last_ = nullptr;
  std::size_t size_ = 0;
  std::size_t held_bytes_ = 0;
  std::size_t sent_ = 0;  // bytes of the first one's response that are out
};

}  // namespace server
