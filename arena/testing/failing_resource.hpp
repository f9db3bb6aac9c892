// For the tests of code that allocates: passes to an upstream, but its n-th allocation fails. Run
// the code with n = 1, 2, 3, ... until has_failed() stays false, and every failure path was taken.
// Owned by one thread at a time; not synchronised. Deallocations always pass.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory_resource>
#include <new>

namespace arena::testing {

class failing_resource final : public std::pmr::memory_resource {
 public:
  /// Whether the calls after the n-th succeed again.
  enum class mode { once, from_then_on };

  /// Never fails until armed. `upstream` must outlive the resource.
  explicit failing_resource(
      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource()) noexcept
      : upstream_(upstream) {}
  /// Armed from the start.
  explicit failing_resource(
      std::size_t nth, mode how = mode::once,
      std::pmr::memory_resource* upstream = std::pmr::new_delete_resource()) noexcept
      : upstream_(upstream) {
    arm(nth, how);
  }

  failing_resource(const failing_resource&) = delete;
  failing_resource& operator=(const failing_resource&) = delete;

  /// Lets the `nth` allocation from now on throw std::bad_alloc; 1 is the next one. Counts afresh.
  void arm(std::size_t nth, mode how = mode::once) noexcept {
    assert(nth >= 1);
    nth_ = nth;
    mode_ = how;
    calls_ = failures_ = 0;
  }
  /// Lets all further allocations pass. The counts stay.
  void disarm() noexcept { nth_ = 0; }

  /// Calls of allocate, those that failed included, since it was armed last.
  std::size_t calls() const noexcept { return calls_; }
  /// How many of them failed here; what upstream throws is not counted.
  std::size_t failures() const noexcept { return failures_; }
  bool has_failed() const noexcept { return failures_ > 0; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    ++calls_;
    const bool fails = nth_ != 0 && (mode_ == mode::once ? calls_ == nth_ : calls_ >= nth_);
    if (fails) {
      ++failures_;
      throw std::bad_alloc();
    }
    return upstream_->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    upstream_->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  std::size_t nth_ = 0;  // 0: not armed
  mode mode_ = mode::once;
  std::size_t calls_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace arena::testing
