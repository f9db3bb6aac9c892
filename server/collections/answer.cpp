#include "server/collections/answer.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace server::collections {

namespace {

struct too_many_rows {};

enum class scanning { goes_on, stops };

// To group it. Documents are walked as a whole, however large they are.
std::size_t row_cost(const plan& of) noexcept {
  constexpr std::size_t document_cost = 64;
  std::size_t cost = 0;
  for (const output& each : of.outputs)
    cost += each.from && each.from->kind() == column_kind::document ? document_cost : 1;
  return cost;
}

}  // namespace

refusal answer::find(const query_limits& limits, counting how) {
  work_budget budget(limits.time_max);
  try {
    if (plan_.is_grouped)
      find_groups(limits, budget);
    else if (!plan_.order.empty())
      find_ordered(limits, budget);
    else if (plan_.where.always_holds())
      take_page_of_all();
    else
      find_some(limits, how, budget);
  } catch (const out_of_time&) {
    return refusal::out_of_time;
  } catch (const too_many_rows&) {
    return refusal::too_many_rows;
  }
  return refusal::none;
}

// Calls `take` with each row that meets the conditions, in the collection's order.
template <class Take>
void answer::scan(const query_limits& limits, work_budget& budget, Take take) const {
  text_room room(memory_);
  const std::size_t rows = plan_.of->size();
  for (std::size_t row = 0; row < rows; ++row) {
    if (row == limits.rows_max) throw too_many_rows();
    budget.spend(1);
    if (evaluate(plan_.where, row, room, budget) == truth::yes &&
        take(static_cast<row_number>(row)) == scanning::stops)
      return;
  }
}

void answer::take_page_of_all() {
  const std::size_t all = plan_.of->size();
  const std::size_t first = std::min(plan_.rows.offset, all);
  rows_.resize(std::min(plan_.rows.limit, all - first));
  std::iota(rows_.begin(), rows_.end(), static_cast<row_number>(first));
  total_ = all;
}

void answer::find_some(const query_limits& limits, counting how, work_budget& budget) {
  std::size_t found = 0;
  bool saw_all = true;
  rows_.reserve(std::min(plan_.rows.limit, plan_.of->size()));
  scan(limits, budget, [&](row_number row) {
    if (found >= plan_.rows.offset && rows_.size() < plan_.rows.limit) rows_.push_back(row);
    ++found;
    saw_all = rows_.size() < plan_.rows.limit || how == counting::exact;
    return saw_all ? scanning::goes_on : scanning::stops;
  });
  if (saw_all) total_ = found;
}

void answer::find_ordered(const query_limits& limits, work_budget& budget) {
  // First a bit a row, so that the numbers are taken once and at their size.
  constexpr std::size_t word_bits = 64;
  std::pmr::vector<std::uint64_t> matched((plan_.of->size() + word_bits - 1) / word_bits, 0,
                                          memory_);
  std::size_t found = 0;
  scan(limits, budget, [&](row_number row) {
    matched[row / word_bits] |= std::uint64_t{1} << (row % word_bits);
    ++found;
    return scanning::goes_on;
  });
  rows_.reserve(found);
  for (std::size_t word = 0; word < matched.size(); ++word) {
    for (std::uint64_t bits = matched[word]; bits != 0; bits &= bits - 1)
      rows_.push_back(static_cast<row_number>(word * word_bits +
                                              static_cast<std::size_t>(std::countr_zero(bits))));
  }
  sort_page(budget);
}

void answer::find_groups(const query_limits& limits, work_budget& budget) {
  groups_.emplace(plan_, memory_);
  const std::size_t cost = row_cost(plan_);
  scan(limits, budget, [&](row_number row) {
    groups_->add(row);
    budget.spend(cost + groups_->take_cost());
    return scanning::goes_on;
  });
  rows_.resize(groups_->size());
  std::iota(rows_.begin(), rows_.end(), row_number{0});
  sort_page(budget);
}

// All that were found are in rows_; what is on the page stays, in the order asked for.
void answer::sort_page(work_budget& budget) {
  total_ = rows_.size();
  const std::size_t first = std::min(plan_.rows.offset, rows_.size());
  const std::size_t end = first + std::min(plan_.rows.limit, rows_.size() - first);
  text_room rooms[] = {text_room(memory_), text_room(memory_)};
  const auto before = [&](row_number a, row_number b) {
    budget.spend(plan_.order.size());
    for (const sort_key& key : plan_.order) {
      const cell one = sort_value(key, a, rooms[0]);
      const cell other = sort_value(key, b, rooms[1]);
      if (is_null(one) != is_null(other))
        return is_null(one) == (key.nulls_where == order_term::nulls::first);
      budget.spend(rooms[0].take_cost() + rooms[1].take_cost());
      const auto order = compare(one, other);
      if (order != 0) return (order < 0) == (key.way == order_term::direction::ascending);
    }
    return a < b;
  };
  const auto at = [this](std::size_t row) {
    return rows_.begin() + static_cast<std::ptrdiff_t>(row);
  };
  if (!plan_.order.empty()) std::partial_sort(rows_.begin(), at(end), rows_.end(), before);
  rows_.erase(at(end), rows_.end());
  rows_.erase(rows_.begin(), at(first));
}

cell answer::sort_value(const sort_key& by, row_number row, text_room& room) const {
  return by.from ? by.from->at(row, room) : groups_->at(row, by.output, room);
}

cell answer::at(std::size_t row, std::size_t output, text_room& room) const {
  if (groups_) return groups_->at(rows_[row], output, room);
  return plan_.outputs[output].from->at(rows_[row], room);
}

bool answer::is_absent(std::size_t row, std::size_t output) const noexcept {
  return plan_.omits_absent && plan_.outputs[output].from->from().is_absent(rows_[row]);
}

}  // namespace server::collections
