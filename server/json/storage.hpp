// Boost.JSON's view of a request's memory. Boost.JSON 1.81 takes boost::container's
// memory_resource, not std::pmr's, so memory gets an adapter. Values keep a pointer to the adapter:
// Lifetime: the adapter must outlive every value made with it.
#pragma once

#include <algorithm>
#include <cstddef>

#include <boost/json/memory_resource.hpp>

#include "arena/bump_arena.hpp"

namespace server::json {

/// How memory comes back: all of it at once by its owner, or allocation by allocation.
enum class release { whole, piecewise };

/// Where memory is released as a whole, Boost.JSON sees that deallocation is trivial and never
/// walks a document to free it; else a document is destroyed node by node.
template <class Resource, release How>
class storage final : public boost::json::memory_resource {
 public:
  explicit storage(Resource& resource) noexcept : resource_(&resource) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return resource_->allocate(bytes, kept(alignment));
  }
  void do_deallocate([[maybe_unused]] void* p, [[maybe_unused]] std::size_t bytes,
                     [[maybe_unused]] std::size_t alignment) override {
    if constexpr (How == release::piecewise) resource_->deallocate(p, bytes, kept(alignment));
  }
  // Boost.JSON 1.81 gives names of a text that it refused back with another alignment than it took
  // them with: 1 and the default. A pool would look for them among blocks of another size.
  static constexpr std::size_t kept(std::size_t alignment) noexcept {
    return How == release::whole ? alignment : std::max(alignment, alignof(std::max_align_t));
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  Resource* resource_;
};

using arena_storage = storage<arena::bump_arena, release::whole>;

}  // namespace server::json

template <class Resource>
struct boost::json::is_deallocate_trivial<
    server::json::storage<Resource, server::json::release::whole>> {
  static constexpr bool value = true;
};
