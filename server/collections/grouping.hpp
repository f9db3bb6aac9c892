// Rows put together by the outputs of a plan that are no aggregates, and the aggregates of each
// group. A hash table by open addressing over row numbers: keys stay where the collection has them.
// One a query, in the request's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <string>
#include <vector>

#include "server/collections/accumulator.hpp"
#include "server/collections/plan.hpp"

namespace server::collections {

class grouping {
 public:
  /// Without keys there is one group, of no row yet. Lifetime: `by` and `memory` outlive it.
  grouping(const plan& by, std::pmr::memory_resource* memory);

  /// Adds a row to its group. Throws what the memory throws. O(outputs).
  void add(std::size_t row);

  /// Groups are numbered in the order of their first rows.
  std::size_t size() const noexcept { return groups_.size(); }
  /// Lifetime: as field::at().
  cell at(std::size_t number, std::size_t output, text_room& room) const;
  /// Units of work_budget for the texts that were made since the last call.
  std::size_t take_cost() noexcept { return room_.take_cost() + other_room_.take_cost(); }

 private:
  struct group {
    std::uint32_t first_row;
    std::uint32_t hash;
  };

  std::uint32_t hash_of_row(std::size_t row);
  bool has_keys_of(const group& one, std::size_t row);
  std::size_t group_of(std::size_t row);
  void add_group(group added);
  void grow();
  void add_value(const output& to, std::size_t place, std::size_t row);

  const plan& by_;
  std::pmr::memory_resource* memory_;
  std::pmr::vector<group> groups_;
  std::size_t aggregates_;                     // of a group
  std::pmr::deque<accumulator> accumulators_;  // a group's in a row, in the order of the outputs
  std::pmr::deque<std::pmr::string> texts_;    // beside them, where a room makes what is kept
  std::pmr::vector<std::uint32_t> slots_;      // a group's number plus 1; 0: free
  text_room room_;
  text_room other_room_;
  bool has_keys_;
  bool keeps_texts_;
};

}  // namespace server::collections
