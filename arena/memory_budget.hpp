// A bound on memory that many arenas share: charged for each block they fetch, and refused over the
// hard mark. One for a whole server, made before its threads; any thread may call any member.
// It holds no memory and never waits: it only counts, without a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>

namespace arena {

class memory_budget {
 public:
  /// Marks in bytes, soft <= hard: over the soft one the owner should take less work, over the
  /// hard one nothing is granted.
  memory_budget(std::size_t soft_bytes, std::size_t hard_bytes) noexcept;

  memory_budget(const memory_budget&) = delete;
  memory_budget& operator=(const memory_budget&) = delete;

  /// Adds `bytes` to what is used. False, nothing has changed, and the refusal is counted, if
  /// that would be more than the hard mark; no sum wraps.
  [[nodiscard]] bool try_charge(std::size_t bytes) noexcept;
  /// Takes off `bytes` that were charged. More than is used is the caller's error: it asserts.
  void release(std::size_t bytes) noexcept;

  /// Sets other marks, soft <= hard. A hard mark below what is used already takes nothing away,
  /// but refuses every charge until enough is released. A charge that runs at the same time is
  /// held against either mark.
  void marks(std::size_t soft_bytes, std::size_t hard_bytes) noexcept;
  std::size_t soft() const noexcept { return soft_.load(std::memory_order_relaxed); }
  std::size_t hard() const noexcept { return hard_.load(std::memory_order_relaxed); }

  /// Bytes charged and not released; more than hard() only if that was lowered.
  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  /// The largest used() ever, exact whenever no charge is under way.
  std::size_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  /// Charges refused since construction.
  std::uint64_t refusals() const noexcept { return refusals_.load(std::memory_order_relaxed); }
  /// Whether more is used than the soft mark; exactly at it is not over it.
  bool over_soft() const noexcept { return used() > soft(); }

 private:
  void raise_peak(std::size_t used_now) noexcept;

  // Relaxed throughout: these are numbers alone, and no other memory is published through them.
  static_assert(std::atomic<std::size_t>::is_always_lock_free);
  std::atomic<std::size_t> used_ = 0;
  std::atomic<std::size_t> peak_ = 0;
  std::atomic<std::uint64_t> refusals_ = 0;
  std::atomic<std::size_t> soft_;
  std::atomic<std::size_t> hard_;
};

/// Thrown when the shared budget refuses an allocation: not this request's fault, so that it may be
/// tried again later. Nothing has changed then.
class memory_budget_exceeded : public std::bad_alloc {
 public:
  memory_budget_exceeded(std::size_t asked, std::size_t used, std::size_t hard) noexcept
      : asked_bytes(asked), used_bytes(used), hard_bytes(hard) {}

  const char* what() const noexcept override { return "arena: memory budget exceeded"; }

  std::size_t asked_bytes;
  std::size_t used_bytes;  ///< soon after the refusal: other threads may have released since
  std::size_t hard_bytes;
};

/// Charges a budget for every allocation from upstream. It stands below arenas, which come once a
/// block. As thread-safe as its upstream.
class budgeted_resource final : public std::pmr::memory_resource {
 public:
  /// Both must outlive the resource. What is live at its end stays charged.
  explicit budgeted_resource(memory_budget& budget, std::pmr::memory_resource* upstream =
                                                        std::pmr::new_delete_resource()) noexcept
      : budget_(budget), upstream_(upstream) {}

  budgeted_resource(const budgeted_resource&) = delete;
  budgeted_resource& operator=(const budgeted_resource&) = delete;

 private:
  /// Throws memory_budget_exceeded, or what upstream throws; then nothing stays charged.
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  memory_budget& budget_;
  std::pmr::memory_resource* upstream_;
};

}  // namespace arena
