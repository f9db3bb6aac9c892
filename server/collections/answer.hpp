// The rows that answer a plan: found, grouped, sorted and paged. One a query, in the request's
// memory; it holds row numbers, and values only where they were computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <vector>

#include "server/collections/grouping.hpp"
#include "server/collections/plan.hpp"
#include "server/collections/work_budget.hpp"

namespace server::collections {

/// Whether an answer's total is asked for where finding the page does not tell it.
enum class counting { where_it_is_free, exact };

enum class refusal { none, too_many_rows, out_of_time };

class answer {
 public:
  /// Lifetime: both outlive it.
  answer(const plan& to, std::pmr::memory_resource* memory)
      : plan_(to), memory_(memory), rows_(memory) {}
  answer(const answer&) = delete;
  answer& operator=(const answer&) = delete;

  /// To be called once. Throws what the memory throws. O(rows) for filters and groups, for orders
  /// O(rows log rows).
  refusal find(const query_limits& limits, counting how);

  const plan& of() const noexcept { return plan_; }
  /// Rows on the page.
  std::size_t size() const noexcept { return rows_.size(); }
  /// Rows on all pages, if it is known.
  std::optional<std::size_t> total() const noexcept { return total_; }
  /// Lifetime: as field::at().
  cell at(std::size_t row, std::size_t output, text_room& room) const;
  /// Whether the row has that member at all.
  bool is_absent(std::size_t row, std::size_t output) const noexcept;

 private:
  using row_number = std::uint32_t;

  void find_some(const query_limits& limits, counting how, work_budget& budget);
  void find_ordered(const query_limits& limits, work_budget& budget);
  void find_groups(const query_limits& limits, work_budget& budget);
  void take_page_of_all();
  void sort_page(work_budget& budget);
  cell sort_value(const sort_key& by, row_number row, text_room& room) const;
  template <class Take>
  void scan(const query_limits& limits, work_budget& budget, Take take) const;

  const plan& plan_;
  std::pmr::memory_resource* memory_;
  std::pmr::vector<row_number> rows_;  // of the page; of groups the groups' numbers
  std::optional<grouping> groups_;
  std::optional<std::size_t> total_;
};

}  // namespace server::collections
