// For the tests of code that allocates: passes to an upstream, remembers every live block, and
// reports what breaks the contract of a memory resource, on either side of it.
// Owned by one thread at a time; not synchronised. Its own bookkeeping is on the heap.
// It must stand directly below the code under test: an arena in between hides that code's frees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory_resource>
#include <string_view>

namespace arena::testing {

/// Writes the violation to stderr and aborts: the default where there is no test framework.
[[noreturn]] void print_and_abort(std::string_view violation);

class checking_resource final : public std::pmr::memory_resource {
 public:
  /// Gets one line that says what is wrong; the text lives for the call only. It must not throw,
  /// since most deallocations are in destructors. If it returns, the damage is contained: a foreign
  /// pointer goes nowhere, a live block is freed as it was allocated, and an allocation that
  /// upstream botched (misaligned, or live already) ends in std::bad_alloc.
  using violation_handler = std::function<void(std::string_view)>;

  /// `upstream` must outlive the resource, and gets each block back as it gave it.
  explicit checking_resource(std::pmr::memory_resource* upstream = std::pmr::new_delete_resource(),
                             violation_handler on_violation = print_and_abort);
  /// Reports blocks that are still live. They are not freed: something may still point to them.
  ~checking_resource() override;

  checking_resource(const checking_resource&) = delete;
  checking_resource& operator=(const checking_resource&) = delete;

  /// Allocations that succeeded, since construction.
  std::size_t allocations() const noexcept { return allocations_; }
  std::size_t live_blocks() const noexcept { return live_.size(); }
  std::size_t live_bytes() const noexcept { return live_bytes_; }
  /// Whether the `bytes` bytes from `p` on lie inside one live block. O(log live_blocks()).
  bool holds(const void* p, std::size_t bytes) const noexcept;

 private:
  struct extent {
    std::size_t bytes;
    std::size_t alignment;
  };

  bool overlaps_live(std::uintptr_t start, std::size_t bytes) const noexcept;
  void check_upstream(std::uintptr_t start, extent asked) const;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::pmr::memory_resource* upstream_;
  violation_handler on_violation_;
  std::map<std::uintptr_t, extent> live_;  // by address
  std::size_t live_bytes_ = 0;
  std::size_t allocations_ = 0;
};

}  // namespace arena::testing
