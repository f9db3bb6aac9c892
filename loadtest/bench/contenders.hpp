// The allocators that are compared, behind one shape: allocate, deallocate, and release(), each
// one's own way of giving a request's memory back while it stays ready for the next. What a program
// calls through a pointer to a resource is called so here: the pointer is hidden from the
// optimiser. Each is owned by one benchmark. Only fixed_arena may not grow: `buffer_bytes` must be
// enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>

#include <boost/container/pmr/memory_resource.hpp>
#include <boost/container/pmr/monotonic_buffer_resource.hpp>
#include <boost/json/monotonic_resource.hpp>

#include "arena/bump_arena.hpp"
#include "arena/fixed_arena.hpp"

namespace bench {

/// Plain operator new and delete behind a resource interface, counting: everybody's upstream.
template <class Interface>
class counting_heap final : public Interface {
 public:
  /// Calls of allocate since construction.
  std::uint64_t calls() const noexcept { return calls_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    ++calls_;
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator new(bytes);
    return ::operator new(bytes, std::align_val_t(alignment));
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator delete(p, bytes);
    ::operator delete(p, bytes, std::align_val_t(alignment));
  }
  bool do_is_equal(const Interface& other) const noexcept override { return this == &other; }

  std::uint64_t calls_ = 0;
};

/// The same value, of which the optimiser knows nothing any more.
template <class T>
T hidden(T value) noexcept {
  asm volatile("" : "+r"(value));
  return value;
}

using std_heap = counting_heap<std::pmr::memory_resource>;
using boost_heap = counting_heap<boost::container::pmr::memory_resource>;

/// What the caller lends to those that work in a buffer of the caller's.
class buffer {
 public:
  explicit buffer(std::size_t bytes)
      : data_(std::make_unique_for_overwrite<std::byte[]>(bytes)), bytes_(bytes) {}
  std::byte* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return bytes_; }
  std::span<std::byte> span() const noexcept { return {data_.get(), bytes_}; }

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t bytes_;
};

/// The calls of a program that knows no more than the interface: never devirtualised.
template <class Interface>
class through {
 public:
  explicit through(Interface& resource) noexcept : resource_(hidden(&resource)) {}
  void* allocate(std::size_t bytes, std::size_t alignment) {
    return resource_->allocate(bytes, alignment);
  }
  void deallocate(void* p, std::size_t bytes, std::size_t alignment) {
    resource_->deallocate(p, bytes, alignment);
  }

 private:
  Interface* resource_;
};

using through_std = through<std::pmr::memory_resource>;
using through_boost = through<boost::container::pmr::memory_resource>;

/// How a request's memory comes back in a steady program: at once by release(), or one by one.
enum class gives_back { whole, piecewise };

/// Ours as our own code calls it; it keeps its blocks.
class bump_inline {
 public:
  static constexpr const char* name = "bump_arena";
  static constexpr auto way = gives_back::whole;

  explicit bump_inline(std::size_t) noexcept {}
  void* allocate(std::size_t bytes, std::size_t alignment) {
    return memory_.allocate(bytes, alignment);
  }
  void deallocate(void* p, std::size_t bytes, std::size_t) noexcept {
    memory_.deallocate(p, bytes);
  }
  void release() noexcept { memory_.reset(); }
  std::uint64_t heap_calls() const noexcept { return heap_.calls(); }
  arena::bump_arena& memory() noexcept { return memory_; }

 private:
  std_heap heap_;
  arena::bump_arena memory_{&heap_};
};

/// Ours as std::pmr containers call it.
class bump_virtual : private bump_inline, public through_std {
 public:
  static constexpr const char* name = "bump_arena_pmr";
  static constexpr auto way = gives_back::whole;

  explicit bump_virtual(std::size_t bytes) noexcept : bump_inline(bytes), through_std(memory()) {}
  using bump_inline::heap_calls;
  using bump_inline::release;
  using through_std::allocate;
  using through_std::deallocate;
};

/// Ours in one block of the caller's.
class fixed_inline {
 public:
  static constexpr const char* name = "fixed_arena";
  static constexpr auto way = gives_back::whole;

  explicit fixed_inline(std::size_t buffer_bytes) : buffer_(buffer_bytes) {}
  void* allocate(std::size_t bytes, std::size_t alignment) {
    return memory_.allocate(bytes, alignment);
  }
  void deallocate(void*, std::size_t, std::size_t) noexcept {}
  void release() noexcept { memory_.reset(); }
  std::uint64_t heap_calls() const noexcept { return 0; }

 private:
  buffer buffer_;
  arena::fixed_arena<> memory_{buffer_.span()};
};

/// A resource, its upstream and, where it works in one, its buffer.
template <class Resource, class Heap>
struct resource_in_buffer {
  explicit resource_in_buffer(std::size_t buffer_bytes)
      : storage(buffer_bytes), resource(storage.data(), storage.size(), &heap) {}
  Heap heap;
  buffer storage;
  Resource resource;
};
template <class Resource, class Heap>
struct resource_on_heap {
  explicit resource_on_heap(std::size_t) : resource(&heap) {}
  Heap heap;
  Resource resource;
};
/// Boost.JSON has its own idea of bytes and pointers to an upstream.
struct json_resource_in_buffer {
  explicit json_resource_in_buffer(std::size_t buffer_bytes)
      : storage(buffer_bytes),
        resource(reinterpret_cast<unsigned char*>(storage.data()), storage.size(), &heap) {}
  boost_heap heap;
  buffer storage;
  boost::json::monotonic_resource resource;
};

/// Somebody else's resource, called through its interface.
template <class Held, class Through, gives_back Way>
class other_resource : private Held, public Through {
 public:
  static constexpr auto way = Way;

  explicit other_resource(std::size_t buffer_bytes) : Held(buffer_bytes), Through(this->resource) {}
  void release() noexcept { this->resource.release(); }
  std::uint64_t heap_calls() const noexcept { return this->heap.calls(); }
};

using std_monotonic = std::pmr::monotonic_buffer_resource;
using std_pool = std::pmr::unsynchronized_pool_resource;
using boost_monotonic = boost::container::pmr::monotonic_buffer_resource;

struct std_monotonic_in_buffer
    : other_resource<resource_in_buffer<std_monotonic, std_heap>, through_std, gives_back::whole> {
  static constexpr const char* name = "std_monotonic_buffer";
  using other_resource::other_resource;
};
struct std_monotonic_growing
    : other_resource<resource_on_heap<std_monotonic, std_heap>, through_std, gives_back::whole> {
  static constexpr const char* name = "std_monotonic_growing";
  using other_resource::other_resource;
};
/// Its release() would empty the pool, so a steady program frees one by one.
struct std_pool_kept
    : other_resource<resource_on_heap<std_pool, std_heap>, through_std, gives_back::piecewise> {
  static constexpr const char* name = "std_pool";
  using other_resource::other_resource;
};
struct boost_monotonic_in_buffer : other_resource<resource_in_buffer<boost_monotonic, boost_heap>,
                                                  through_boost, gives_back::whole> {
  static constexpr const char* name = "boost_monotonic_buffer";
  using other_resource::other_resource;
};
struct json_monotonic_in_buffer
    : other_resource<json_resource_in_buffer, through_boost, gives_back::whole> {
  static constexpr const char* name = "json_monotonic_buffer";
  using other_resource::other_resource;
};

/// malloc and free, whosever the process has.
class heap_alone {
 public:
  static constexpr const char* name = "malloc";
  static constexpr auto way = gives_back::piecewise;

  explicit heap_alone(std::size_t) noexcept {}
  void* allocate(std::size_t bytes, std::size_t) {
    ++calls_;
    return std::malloc(bytes);
  }
  void deallocate(void* p, std::size_t, std::size_t) noexcept { std::free(p); }
  std::uint64_t heap_calls() const noexcept { return calls_; }

 private:
  std::uint64_t calls_ = 0;
};

/// No allocator at all: what the loops themselves cost.
class nothing {
 public:
  static constexpr const char* name = "nothing";
  static constexpr auto way = gives_back::whole;

  explicit nothing(std::size_t) noexcept {}
  void* allocate(std::size_t, std::size_t) noexcept { return place_; }
  void deallocate(void*, std::size_t, std::size_t) noexcept {}
  void release() noexcept {}
  std::uint64_t heap_calls() const noexcept { return 0; }

 private:
  alignas(std::max_align_t) std::byte place_[64];
};

}  // namespace bench
