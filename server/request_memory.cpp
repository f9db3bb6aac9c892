#include "server/request_memory.hpp"

#include <cstdlib>
#include <limits>
#include <new>
#include <vector>

#include "server/json/storage.hpp"

namespace server {

std::string_view to_string(memory_strategy strategy) noexcept {
  switch (strategy) {
    case memory_strategy::arena:
      return "arena";
    case memory_strategy::heap:
      return "heap";
    case memory_strategy::new_delete:
      return "new-delete";
    case memory_strategy::monotonic:
      return "monotonic";
    case memory_strategy::pool:
      return "pool";
  }
  return "";
}

void request_memory::open_reserve() const noexcept {
  if (lease_) lease_->limit(source_->request_memory_max_bytes_);
}

bool request_memory::server_has_room(std::size_t bytes) const noexcept {
  const arena::memory_budget* const budget = source_->budget_;
  if (budget == nullptr) return true;
  const std::size_t used = budget->used();
  return used < budget->soft() && bytes <= budget->soft() - used;
}

namespace {

constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

class arena_source final : public memory_source {
 public:
  arena_source(std::size_t max_bytes, std::size_t kinds, arena::memory_budget* budget)
      : memory_source(max_bytes, budget),
        charged_(budget != nullptr ? *budget : unlimited_),
        pool_({.arena = {.limit_bytes = max_bytes - error_reserve_bytes}, .keys = kinds},
              &charged_) {}

  request_memory begin(std::size_t kind) override {
    arena::arena_lease lease = pool_.lease(kind);
    arena::bump_arena& memory = *lease;
    void* const place = memory.allocate(sizeof(json::arena_storage), alignof(json::arena_storage));
    auto* const storage = ::new (place) json::arena_storage(memory);
    return make(this, &memory, std::move(lease), storage);
  }
  void trim() noexcept override { pool_.trim(); }
  arena::pool_statistics statistics() const noexcept override { return pool_.statistics(); }

 private:
  arena::memory_budget unlimited_{unbounded, unbounded};
  arena::budgeted_resource charged_;
  arena::arena_pool pool_;
};

/// operator new and operator delete, as a program without resources would call them.
class heap_resource final : public std::pmr::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator new(bytes);
    return ::operator new(bytes, std::align_val_t(alignment));
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    if (alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__) return ::operator delete(p, bytes);
    ::operator delete(p, bytes, std::align_val_t(alignment));
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
};

constinit heap_resource process_heap;

class heap_source final : public memory_source {
 public:
  heap_source() : memory_source(unbounded) {}
  request_memory begin(std::size_t) override { return make(this, &process_heap, {}, &storage_); }

 private:
  json::storage<heap_resource, json::release::piecewise> storage_{process_heap};
};

class new_delete_source final : public memory_source {
 public:
  new_delete_source() : memory_source(unbounded) {}
  request_memory begin(std::size_t) override { return make(this, resource_, {}, &storage_); }

 private:
  std::pmr::memory_resource* resource_ = std::pmr::new_delete_resource();
  json::storage<std::pmr::memory_resource, json::release::piecewise> storage_{*resource_};
};

/// A fresh monotonic resource a request. The objects' places are reused, their memory is not.
class monotonic_source final : public memory_source {
 public:
  monotonic_source() : memory_source(unbounded) {}
  request_memory begin(std::size_t) override {
    if (idle_.empty()) {
      places_.push_back(std::make_unique<place>());
      idle_.reserve(places_.size());  // so that end() cannot fail
      idle_.push_back(places_.back().get());
    }
    place* const taken = idle_.back();
    idle_.pop_back();
    auto* const slot = ::new (taken->bytes) monotonic_slot;
    return make(this, slot, {}, &slot->storage);
  }

 private:
  struct monotonic_slot : std::pmr::monotonic_buffer_resource {
    monotonic_slot() : monotonic_buffer_resource(std::pmr::new_delete_resource()) {}
    json::storage<std::pmr::monotonic_buffer_resource, json::release::whole> storage{*this};
  };
  struct place {
    alignas(monotonic_slot) std::byte bytes[sizeof(monotonic_slot)];
  };

  void end(request_memory& memory) noexcept override {
    auto* const slot = static_cast<monotonic_slot*>(memory.resource());
    std::destroy_at(slot);
    idle_.push_back(reinterpret_cast<place*>(slot));
  }

  std::vector<std::unique_ptr<place>> places_;
  std::vector<place*> idle_;
};

/// One pool for all requests of the thread, freed piece by piece.
class pool_source final : public memory_source {
 public:
  pool_source() : memory_source(unbounded) {}
  request_memory begin(std::size_t) override { return make(this, &resource_, {}, &storage_); }

 private:
  using resource = std::pmr::unsynchronized_pool_resource;
  resource resource_{std::pmr::new_delete_resource()};
  json::storage<resource, json::release::piecewise> storage_{resource_};
};

}  // namespace

std::pmr::memory_resource* heap_memory() noexcept {
  return &process_heap;
}

std::unique_ptr<memory_source> memory_source::create(memory_strategy strategy,
                                                     std::size_t request_memory_max_bytes,
                                                     std::size_t kinds,
                                                     arena::memory_budget* budget) {
  switch (strategy) {
    case memory_strategy::arena:
      return std::make_unique<arena_source>(request_memory_max_bytes, kinds, budget);
    case memory_strategy::heap:
      return std::make_unique<heap_source>();
    case memory_strategy::new_delete:
      return std::make_unique<new_delete_source>();
    case memory_strategy::monotonic:
      return std::make_unique<monotonic_source>();
    case memory_strategy::pool:
      return std::make_unique<pool_source>();
  }
  std::abort();  // not one of the five
}

}  // namespace server
