// What a bump_arena must hold to, kept beside it in the plainest way: every live range with its
// content, every block of upstream, every action still to run, and the numbers that follow from
// them. For arena_program; owned by one thread. It uses the arena's public members alone. It must
// never throw: much of it runs in destructors. The first thing that is wrong is noted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arena/bump_arena.hpp"
#include "tests/support/arena_program/block_chain.hpp"
#include "tests/support/arena_program/expectations.hpp"
#include "tests/support/arena_program/recording_upstream.hpp"

class arena_model {
 public:
  /// Memory that the program holds.
  struct range {
    std::byte* at;
    std::size_t bytes;
    std::size_t depth;  // of the scope it was allocated in
    std::uint8_t fill;

    std::byte* end() const noexcept;  // of its granules
  };
  /// What may not change while an operation fails.
  struct snapshot {
    arena::arena_statistics numbers;
    std::size_t failures;  // of upstream
  };
  /// Where a scope began.
  struct scope_start {
    std::optional<block_chain::spot> spot;
    std::size_t used_bytes;
    std::size_t wasted_bytes;
    std::size_t cleanups;
  };
  enum class failure { none, limit, upstream };

  arena_model(arena::bump_arena& memory, const recording_upstream& upstream,
              std::span<std::byte> initial, arena::arena_options options);

  void expect(bool holds, std::string_view what) noexcept { expected_.expect(holds, what); }
  /// The first expectation that did not hold; empty if all did.
  const std::string& violation() const noexcept { return expected_.violation(); }

  snapshot now() const noexcept;
  /// Whether the limit allows `bytes` more.
  bool within_limit(std::size_t bytes, std::size_t alignment) const noexcept;
  bool upstream_failed_since(const snapshot& before) const noexcept {
    return upstream_.failures() != before.failures;
  }
  const std::vector<range>& live() const noexcept { return live_; }

  /// To be called after an attempt to take `bytes`, whatever came of it.
  void attempted(const snapshot& before, std::size_t bytes, std::size_t alignment,
                 failure result) noexcept;
  /// ... and after one that succeeded. Fills the memory.
  void allocated(const snapshot& before, void* p, std::size_t bytes, std::size_t alignment);
  /// The same for memory that others write and give back, as containers do.
  void lent(const snapshot& before, void* p, std::size_t bytes, std::size_t alignment);
  void lent_returned(void* p, std::size_t bytes) noexcept;
  void prepared(const snapshot& before, std::span<std::byte> room, std::size_t bytes);
  void committed(std::span<std::byte> room, void* p, std::size_t bytes);
  /// After an operation that took memory in steps that are not followed. `latest` is the last that
  /// it took and still has; up to `passing_bytes` were taken, and given back again.
  void settle(const snapshot& before, std::span<const std::byte> latest, std::size_t passing_bytes);

  /// Gives live()[index] back, by the arena's own member or as std::pmr does.
  enum class way { direct, pmr };
  void deallocate(std::size_t index, way how);
  void try_expand(std::size_t index, std::size_t new_bytes);

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
  bool is_disjoint_from_live(const std::byte* p, std::size_t bytes) const noexcept;
  bool is_latest(const range& each) const noexcept;
  std::size_t budget() const noexcept;
  void note_use() noexcept;
  void expect_unchanged(const snapshot& before, std::string_view what) noexcept;
  void expect_given_up(const range& gone) noexcept;
  bool take_in(const snapshot& before, const range& taken, std::size_t alignment);
  void check_place(const snapshot& before, const range& taken, std::size_t alignment,
                   bool got_its_own);
  void check_own_block(const snapshot& before, const range& taken);
  void check_next_block(const snapshot& before, const range& taken, std::size_t alignment) noexcept;
  void find_spot_again(std::span<const std::byte> latest) noexcept;
  void end_ranges(std::size_t from_depth) noexcept;
  void check_sums(const arena::arena_statistics& is) noexcept;
  void check_peak(const arena::arena_statistics& is) noexcept;

  expectations expected_;
  arena::bump_arena& memory_;
  const recording_upstream& upstream_;
  block_chain blocks_;
  std::optional<block_chain::spot> spot_;  // where the arena goes on, if that is known
  std::vector<range> live_;                // by depth
  std::vector<std::size_t> cleanups_;
  std::size_t depth_ = 0;
  std::size_t next_cleanup_ = 0;
  std::size_t peak_bytes_ = 0;
  std::size_t passing_peak_bytes_ = 0;  // to which it may have gone meanwhile
  std::size_t last_used_bytes_ = 0;
  std::size_t limit_bytes_;
  std::uint8_t next_fill_ = 1;
};
