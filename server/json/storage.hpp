// Boost.JSON's view of a request's memory. Boost.JSON 1.81 takes boost::container's
// memory_resource, not std::pmr's, so each kind of memory gets an adapter. Values keep a pointer to
// the adapter: Lifetime: the adapter must outlive every value made with it.
#pragma once

#include <memory_resource>

#include <boost/json/memory_resource.hpp>

#include "arena/bump_arena.hpp"

namespace server::json {

/// For memory that is released as a whole. Boost.JSON sees that deallocation is trivial and never
/// walks a document to free it.
template <class Resource>
class whole_storage final : public boost::json::memory_resource {
 public:
  explicit whole_storage(Resource& resource) noexcept : resource_(&resource) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return resource_->allocate(bytes, alignment);
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  Resource* resource_;
};

using arena_storage = whole_storage<arena::bump_arena>;

/// For memory that is freed piece by piece: a document is destroyed node by node.
template <class Resource>
class piecewise_storage final : public boost::json::memory_resource {
 public:
  explicit piecewise_storage(Resource& resource) noexcept : resource_(&resource) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    return resource_->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    resource_->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  Resource* resource_;
};

}  // namespace server::json

template <class Resource>
struct boost::json::is_deallocate_trivial<server::json::whole_storage<Resource>> {
  static constexpr bool value = true;
};
