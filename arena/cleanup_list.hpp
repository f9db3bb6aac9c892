// What is to run before an arena's memory goes: a list of nodes that stand in that memory, the
// latest first. Part of bump_arena, which runs it at a reset, at a scope's end and at its own. It
// owns nothing, and never touches a node after its action ran.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace arena {

/// The place of a T that is constructed and destroyed by others.
template <class T>
struct uninitialized {
  alignas(T) std::byte bytes[sizeof(T)];

  /// Where to construct it.
  T* address() noexcept { return reinterpret_cast<T*>(bytes); }
  /// It, once constructed.
  T* object() noexcept { return std::launder(address()); }
};

struct cleanup {
  cleanup* next;
  void (*run)(cleanup& self) noexcept;
};

/// A cleanup together with what it cleans up.
template <class T>
struct cleanup_of : cleanup, uninitialized<T> {};

class cleanup_list {
 public:
  void add(cleanup& registered, void (*run)(cleanup&) noexcept) noexcept {
    registered.run = run;
    registered.next = std::exchange(latest_, &registered);
  }
  const cleanup* latest() const noexcept { return latest_; }
  /// Runs and forgets all that came after `end`, which is null or on the list; what they register
  /// meanwhile too.
  void run_until(const cleanup* end) noexcept {
    while (latest_ != end) {
      cleanup& next = *std::exchange(latest_, latest_->next);
      next.run(next);
    }
  }

 private:
  cleanup* latest_ = nullptr;
};

}  // namespace arena
