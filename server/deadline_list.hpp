// The deadlines of a thread's connections: one list that a coarse tick walks, so that no operation
// arms a timer. It is also the list of all sessions. Used by its thread only.
#pragma once

#include <chrono>
#include <cstddef>

namespace server {

/// A place in the list. Whoever has one derives from it; it leaves the list at its end.
class deadline_entry {
 public:
  using clock = std::chrono::steady_clock;

  deadline_entry() noexcept : previous_(this), next_(this) {}
  deadline_entry(const deadline_entry&) = delete;
  deadline_entry& operator=(const deadline_entry&) = delete;

  clock::time_point deadline() const noexcept { return deadline_; }
  /// O(1), touches no other entry.
  void deadline(clock::time_point at) noexcept { deadline_ = at; }

 protected:
  ~deadline_entry() { unlink(); }

 private:
  friend class deadline_list;
  void unlink() noexcept {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

  deadline_entry* previous_;
  deadline_entry* next_;
  clock::time_point deadline_ = clock::time_point::max();
};

class deadline_list : private deadline_entry {
 public:
  void insert(deadline_entry& entry) noexcept {
    entry.previous_ = previous_;
    entry.next_ = this;
    previous_->next_ = &entry;
    previous_ = &entry;
  }
  bool empty() const noexcept { return next_ == this; }

  /// Calls `action(entry)` for each entry, which may end the entry but no other one. O(entries).
  template <class Action>
  void for_each(Action action) {
    for (deadline_entry* entry = next_; entry != this;) {
      deadline_entry* const following = entry->next_;
      action(*entry);
      entry = following;
    }
  }
};

}  // namespace server
