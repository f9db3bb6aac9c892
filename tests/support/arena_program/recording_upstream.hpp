// An upstream for arenas under test: fails when it is told to, remembers each block that it gave,
// and notes what comes back otherwise than it went. Owned by one test or program, whose arena it
// must outlive; used by one thread.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>
#include <vector>

class recording_upstream final : public std::pmr::memory_resource {
 public:
  struct block {
    std::byte* at;
    std::size_t bytes;
    std::size_t alignment;
    std::size_t number;  // 1 for the first that was given; never given twice, as addresses are
    void* raw;           // what operator new gave

    bool holds(const void* p) const noexcept;
  };

  recording_upstream() = default;
  /// Frees what is left, so that a leak is reported once.
  ~recording_upstream() override;
  recording_upstream(const recording_upstream&) = delete;
  recording_upstream& operator=(const recording_upstream&) = delete;

  /// The calls that fail, counted from 1: the `first`, and each `every`-th after it. 0: none.
  void fail(std::size_t first, std::size_t every) noexcept;
  /// By age.
  const std::vector<block>& blocks() const noexcept { return blocks_; }
  /// The block that has `p` in it, or null.
  const block* find(const void* p) const noexcept;
  /// Whether the block has not come back.
  bool has(std::size_t number) const noexcept;
  std::size_t bytes() const noexcept;
  std::size_t successes() const noexcept { return calls_ - failures_; }
  std::size_t failures() const noexcept { return failures_; }
  /// What was wrong with a deallocation; empty if nothing was.
  const std::string& violation() const noexcept { return violation_; }

 private:
  bool is_to_fail() const noexcept;
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::vector<block> blocks_;
  std::size_t calls_ = 0;
  std::size_t failures_ = 0;
  std::size_t first_failing_ = 0;
  std::size_t failing_step_ = 0;
  std::string violation_;
};
