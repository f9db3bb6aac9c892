// The conditions of a query, made for one collection: fields are found, values are numbers where
// the field's are. Evaluated row by row in three-valued logic, as SQL has it: a comparison with
// null is neither true nor false. Part of a plan, in the request's memory; never written once made.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "server/collections/field.hpp"
#include "server/collections/query.hpp"
#include "server/collections/work_budget.hpp"

namespace server::collections {

/// In this order "and" is the least and "or" the greatest of the parts.
enum class truth : signed char { no, unknown, yes };

constexpr truth truth_of(bool holds) noexcept {
  return holds ? truth::yes : truth::no;
}
constexpr truth operator!(truth holds) noexcept {
  return static_cast<truth>(static_cast<int>(truth::yes) - static_cast<int>(holds));
}

/// A comparison of a field's value with what the query says.
class comparison_test {
 public:
  /// What the query says may be read in several ways, one for each kind of value. `readings` is in
  /// order, without nulls. For eq, neq and in: of all values; for lt to gte: of the one.
  comparison_test(field of, comparison how, std::pmr::vector<cell> readings)
      : of_(of), how_(how), readings_(std::move(readings)) {}
  /// like and ilike, and is.
  comparison_test(field of, comparison how, std::string_view text)
      : of_(of), how_(how), text_(text) {}

  truth operator()(std::size_t row, text_room& room, work_budget& budget) const;
  /// Units of work_budget a row.
  std::size_t cost() const noexcept { return 1 + text_.size() / 8; }

 private:
  truth is(const cell& value) const noexcept;
  truth is_among(const cell& value) const noexcept;
  truth is_ordered(const cell& value) const noexcept;

  field of_;
  comparison how_;
  std::pmr::vector<cell> readings_;
  std::string_view text_;
};

struct predicate {
  explicit predicate(std::pmr::memory_resource* memory) : parts(memory) {}

  condition::kind what = condition::kind::all_of;
  bool negated = false;
  std::optional<comparison_test> test;  ///< where it is a comparison
  std::pmr::vector<predicate> parts;    ///< where it is a list

  bool always_holds() const noexcept {
    return what == condition::kind::all_of && !negated && parts.empty();
  }
};

/// Throws out_of_time, and what the room's memory throws.
truth evaluate(const predicate& asked, std::size_t row, text_room& room, work_budget& budget);

}  // namespace server::collections
