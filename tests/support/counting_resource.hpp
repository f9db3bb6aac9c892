// An upstream for tests: passes on to operator new, counts, remembers every live block, and fails
// the test when a block comes back with another size or alignment, or not at all.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <memory_resource>
#include <new>
#include <utility>

#include <gtest/gtest.h>

class counting_resource final : public std::pmr::memory_resource {
 public:
  ~counting_resource() override { EXPECT_TRUE(live_.empty()) << live_.size() << " blocks leaked"; }

  std::size_t allocations = 0;
  /// How many more allocations succeed; then std::bad_alloc.
  std::size_t allowed = std::numeric_limits<std::size_t>::max();

  std::size_t live_blocks() const { return live_.size(); }
  std::size_t live_bytes() const {
    std::size_t bytes = 0;
    for (const auto& [place, size] : live_) bytes += size.first;
    return bytes;
  }
  /// Whether `bytes` bytes from `p` on lie inside one live block.
  bool holds(const void* p, std::size_t bytes) const {
    auto after = live_.upper_bound(p);
    if (after == live_.begin()) return false;
    const auto& [start, size] = *std::prev(after);
    const auto offset = static_cast<const char*>(p) - static_cast<const char*>(start);
    return static_cast<std::size_t>(offset) + bytes <= size.first;
  }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (allowed == 0) throw std::bad_alloc();
    --allowed;
    ++allocations;
    void* const p = ::operator new(bytes, std::align_val_t(alignment));
    live_[p] = {bytes, alignment};
    return p;
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    const auto found = live_.find(p);
    ASSERT_NE(found, live_.end()) << "freed, but not live";
    EXPECT_EQ(found->second, std::make_pair(bytes, alignment));
    live_.erase(found);
    ::operator delete(p, bytes, std::align_val_t(alignment));
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::map<const void*, std::pair<std::size_t, std::size_t>> live_;
};
