#include "arena/memory_budget.hpp"

#include <cassert>

namespace arena {

memory_budget::memory_budget(std::size_t soft_bytes, std::size_t hard_bytes) noexcept
    : soft_(soft_bytes), hard_(hard_bytes) {
  assert(soft_bytes <= hard_bytes);
}

bool memory_budget::try_charge(std::size_t bytes) noexcept {
  std::size_t before = used();
  do {
    const std::size_t most = hard();
    if (bytes > most || before > most - bytes) {
      refusals_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
  } while (!used_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  raise_peak(before + bytes);
  return true;
}

void memory_budget::raise_peak(std::size_t used_now) noexcept {
  std::size_t highest = peak();
  while (highest < used_now &&
         !peak_.compare_exchange_weak(highest, used_now, std::memory_order_relaxed)) {
  }
}

void memory_budget::release(std::size_t bytes) noexcept {
  [[maybe_unused]] const std::size_t before = used_.fetch_sub(bytes, std::memory_order_relaxed);
  assert(before >= bytes && "more is released than was charged");
}

void memory_budget::marks(std::size_t soft_bytes, std::size_t hard_bytes) noexcept {
  assert(soft_bytes <= hard_bytes);
  soft_.store(soft_bytes, std::memory_order_relaxed);
  hard_.store(hard_bytes, std::memory_order_relaxed);
}

void* budgeted_resource::do_allocate(std::size_t bytes, std::size_t alignment) {
  if (!budget_.try_charge(bytes))
    throw memory_budget_exceeded(bytes, budget_.used(), budget_.hard());
  try {
    return upstream_->allocate(bytes, alignment);
  } catch (...) {
    budget_.release(bytes);
    throw;
  }
}

void budgeted_resource::do_deallocate(void* p, std::size_t bytes, std::size_t alignment) {
  // The memory first: a charge granted before it is back would let both be held at once.
  upstream_->deallocate(p, bytes, alignment);
  budget_.release(bytes);
}

}  // namespace arena
