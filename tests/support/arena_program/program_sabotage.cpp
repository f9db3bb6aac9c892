// program_run's way to make a program wrong, so that its model has something to find.
#include "tests/support/arena_program/program_run.hpp"

void program_run::break_something() {
  switch (settings_.broken) {
    case sabotage::none:
      return;
    case sabotage::foreign_write:
      if (!model_.live().empty() && model_.live().back().bytes > 0)
        *model_.live().back().at ^= std::byte{1};
      return;
    case sabotage::foreign_limit:
      return memory_->limit(max_size / 2);
    case sabotage::foreign_allocation:
      (void)memory_->try_allocate(24, 8);
      return;
    // Not a large block, which the model would read after its end.
    case sabotage::foreign_release: {
      if (model_.live().empty()) return;
      const arena_model::range& last = model_.live().back();
      if (memory_->expandable_to(last.at, last.bytes) > 0) memory_->deallocate(last.at, last.bytes);
      return;
    }
    case sabotage::foreign_block:
      (void)upstream_.allocate(64, 16);
      return;
    case sabotage::lost_cleanup:
      (void)model_.registered();
      return;
    case sabotage::wrong_cleanup_order:
      return swap_two_actions();
  }
}

void program_run::swap_two_actions() {
  create_with(0, [this] {
    const std::size_t number = model_.registered();
    memory_->on_release(action(*this, number + 1, 0));
    (void)model_.registered();
    memory_->on_release(action(*this, number, 0));
    return std::as_bytes(std::span(latest_action_, 1));
  });
}
