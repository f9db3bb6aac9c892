// For the tests of code that allocates: passes to an upstream and counts what goes by, no more.
// Owned by one thread at a time; not synchronised.
// It keeps no record of single blocks, so that it allocates nothing itself and cannot find errors:
// that is what checking_resource is for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory_resource>

namespace arena::testing {

class counting_resource final : public std::pmr::memory_resource {
 public:
  /// `upstream` must outlive the resource; it gets each call as it came.
  explicit counting_resource(
      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource()) noexcept
      : upstream_(upstream) {}

  counting_resource(const counting_resource&) = delete;
  counting_resource& operator=(const counting_resource&) = delete;

  /// Calls since construction; an allocation that failed is not one.
  std::size_t allocations() const noexcept { return allocations_; }
  std::size_t deallocations() const noexcept { return deallocations_; }
  /// Bytes allocated since construction, those freed since included.
  std::size_t allocated_bytes() const noexcept { return allocated_bytes_; }
  std::size_t live_blocks() const noexcept { return allocations_ - deallocations_; }
  std::size_t live_bytes() const noexcept { return live_bytes_; }
  /// The largest live_bytes() ever.
  std::size_t peak_bytes() const noexcept { return peak_bytes_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* const p = upstream_->allocate(bytes, alignment);
    ++allocations_;
    allocated_bytes_ += bytes;
    live_bytes_ += bytes;
    peak_bytes_ = std::max(peak_bytes_, live_bytes_);
    return p;
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    ++deallocations_;
    live_bytes_ -= bytes;
    upstream_->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  std::size_t allocations_ = 0;
  std::size_t deallocations_ = 0;
  std::size_t allocated_bytes_ = 0;
  std::size_t live_bytes_ = 0;
  std::size_t peak_bytes_ = 0;
};

}  // namespace arena::testing
