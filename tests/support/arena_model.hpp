// What a bump_arena must hold to, kept beside it in the plainest way: every live range with its
// content, every block of upstream, every action still to run, and the numbers that follow from
// them. For arena_program; owned by one thread. It uses the arena's public members alone. It must
// never throw: much of it runs in destructors. The first thing that is wrong is noted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arena/bump_arena.hpp"

/// The arena's upstream: fails when it is told to, and remembers each block.
class recording_upstream final : public std::pmr::memory_resource {
 public:
  struct block {
    std::byte* at;
    std::size_t bytes;
    std::size_t alignment;
  };

  recording_upstream() = default;
  /// Frees what is left, so that a leak is reported once.
  ~recording_upstream() override;
  recording_upstream(const recording_upstream&) = delete;
  recording_upstream& operator=(const recording_upstream&) = delete;

  /// The calls that fail, counted from 1: the `first`, and each `every`-th after it. 0: none.
  void fail(std::size_t first, std::size_t every) noexcept;
  const std::vector<block>& blocks() const noexcept { return blocks_; }
  /// The block that has `p` in it, or null.
  const block* find(const void* p) const noexcept;
  std::size_t bytes() const noexcept;
  std::size_t successes() const noexcept { return calls_ - failures_; }
  std::size_t failures() const noexcept { return failures_; }
  /// What was wrong with a deallocation; empty if nothing was.
  const std::string& violation() const noexcept { return violation_; }

 private:
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

class arena_model {
 public:
  /// Memory that the program holds.
  struct range {
    std::byte* at;
    std::size_t bytes;
    std::size_t depth;  // of the scope it was allocated in
    std::uint8_t fill;
    bool own_block;

    std::byte* end() const noexcept;  // of its granules
  };
  /// What may not change while an operation fails.
  struct snapshot {
    arena::arena_statistics numbers;
    std::size_t failures;  // of upstream
  };
  /// Where a scope began.
  struct scope_start {
    std::byte* position;
    std::byte* room_end;
    std::size_t used_bytes;
    std::size_t wasted_bytes;
    std::size_t cleanups;
  };
  enum class failure { none, limit, upstream };

  arena_model(arena::bump_arena& memory, const recording_upstream& upstream,
              std::span<std::byte> initial, arena::arena_options options);

  /// Notes `what` unless `holds`, or something was noted before.
  void expect(bool holds, std::string_view what) noexcept;
  /// The first expectation that did not hold; empty if all did.
  const std::string& violation() const noexcept { return violation_; }

  snapshot now() const noexcept;
  /// Whether the limit allows `bytes` more.
  bool within_limit(std::size_t bytes) const noexcept;
  const std::vector<range>& live() const noexcept { return live_; }
  std::size_t depth() const noexcept { return depth_; }

  /// To be called after an attempt to take `bytes`, whatever came of it.
  void attempted(const snapshot& before, std::size_t bytes, failure result) noexcept;
  /// Memory comes from allocate(), or from prepare(), which leaves more behind.
  enum class origin { allocated, prepared };
  /// ... and after one that succeeded. Fills the memory.
  void allocated(const snapshot& before, void* p, std::size_t bytes, std::size_t alignment,
                 origin from = origin::allocated);
  /// Gives live()[index] back, by the arena's own member or as std::pmr does.
  enum class way { direct, pmr };
  void deallocate(std::size_t index, way how);
  void try_expand(std::size_t index, std::size_t new_bytes);
  void prepared(const snapshot& before, std::span<std::byte> room, std::size_t bytes);
  void committed(std::span<std::byte> room, void* p, std::size_t bytes);
  /// After an operation that used memory in ways that are not followed, at least `at_least_bytes`.
  void settle(const snapshot& before, std::size_t at_least_bytes);

  /// Number of an action that is to run; they must run in reverse order.
  std::size_t registered();
  void forget_latest_registered() noexcept { cleanups_.pop_back(); }
  void ran(std::size_t cleanup) noexcept;
  std::size_t cleanups() const noexcept { return cleanups_.size(); }

  scope_start scope_opened() noexcept;
  void scope_rewound(const scope_start& start);
  void scope_closed(const scope_start& start);
  void reset(arena::keep what);
  void first_block_bytes(std::size_t bytes);
  void limit(std::size_t bytes) noexcept;

  void check_contents() noexcept;
  /// What holds between any two operations.
  void check_numbers() noexcept;

 private:
  struct own_block {
    std::byte* at;
    std::size_t depth;
  };

  std::byte* end_of_block_at(const std::byte* p) const noexcept;
  bool disjoint_from_live(const std::byte* p, std::size_t bytes) const noexcept;
  bool is_latest(const range& each) const noexcept;
  void check_place(const snapshot& before, const range& taken, std::size_t alignment,
                   origin from) noexcept;
  void check_next_block(const snapshot& before, const range& taken) noexcept;
  void check_growth(const range& taken) noexcept;
  void check_kept(arena::keep what, const std::vector<recording_upstream::block>& bumped) noexcept;
  void check_first_block(const range& taken) noexcept;
  void expect_unchanged(const snapshot& before, std::string_view what) noexcept;
  void expect_given_up(const range& gone) noexcept;
  void end_ranges(std::size_t from_depth);
  void find_position_again() noexcept;
  std::vector<recording_upstream::block> bumped_blocks() const;

  arena::bump_arena& memory_;
  const recording_upstream& upstream_;
  arena::arena_options options_;
  std::byte* initial_begin_;
  std::byte* initial_end_;
  std::byte* position_ = nullptr;  // where the arena goes on; null if that is not known
  std::byte* room_end_ = nullptr;
  std::vector<range> live_;     // by depth
  std::vector<own_block> own_;  // by age, those the program gave back but the arena kept included
  std::vector<std::size_t> cleanups_;
  std::size_t depth_ = 0;
  std::size_t next_cleanup_ = 0;
  std::size_t peak_bytes_ = 0;
  std::size_t last_used_bytes_ = 0;
  std::size_t limit_bytes_;
  std::size_t first_bytes_;  // of the next first block; 0 if that is not known
  bool peak_is_exact_ = true;
  bool blocks_are_known_ = true;  // which have one allocation of their own
  std::uint8_t next_fill_ = 1;
  std::string violation_;
};
