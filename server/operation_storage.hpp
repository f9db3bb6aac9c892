// Fixed storage for one outstanding Asio operation, kept by whoever starts it: waiting allocates
// nothing and cannot run out of memory. Lifetime: it must outlive the operation.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <boost/asio/bind_allocator.hpp>

namespace server {

template <std::size_t Bytes>
class operation_storage {
 public:
  /// `to_call`, with this storage as its allocator. One operation at a time.
  template <class Handler>
  auto keep(Handler to_call) noexcept {
    return boost::asio::bind_allocator(allocator<void>(bytes_.data()), std::move(to_call));
  }

 private:
  template <class T>
  struct allocator {
    using value_type = T;

    explicit allocator(std::byte* place) noexcept : bytes(place) {}
    template <class U>
    allocator(const allocator<U>& other) noexcept : bytes(other.bytes) {}

    T* allocate(std::size_t) noexcept {
      static_assert(sizeof(T) <= Bytes, "an operation of Asio's does not fit");
      return reinterpret_cast<T*>(bytes);
    }
    void deallocate(T*, std::size_t) noexcept {}
    friend bool operator==(allocator a, allocator b) noexcept { return a.bytes == b.bytes; }

    std::byte* bytes;
  };

  alignas(std::max_align_t) std::array<std::byte, Bytes> bytes_;
};

}  // namespace server
