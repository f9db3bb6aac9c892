#include "server/collections/predicate.hpp"

#include <algorithm>

#include "server/collections/like_pattern.hpp"

namespace server::collections {

namespace {

// Of an "or" the first that holds decides, of an "and" the first that does not.
truth evaluate_list(const predicate& asked, std::size_t row, text_room& room, work_budget& budget) {
  const bool is_any = asked.what == condition::kind::any_of;
  const truth decides = truth_of(is_any);
  truth so_far = !decides;
  for (const predicate& part : asked.parts) {
    const truth holds = evaluate(part, row, room, budget);
    if (holds == decides) return decides;
    if (holds == truth::unknown) so_far = truth::unknown;
  }
  return so_far;
}

}  // namespace

truth evaluate(const predicate& asked, std::size_t row, text_room& room, work_budget& budget) {
  truth holds;
  if (asked.test) {
    budget.spend(asked.test->cost());
    holds = (*asked.test)(row, room, budget);
    budget.spend(room.take_cost());
  } else {
    holds = evaluate_list(asked, row, room, budget);
  }
  return asked.negated ? !holds : holds;
}

truth comparison_test::operator()(std::size_t row, text_room& room, work_budget& budget) const {
  const cell value = of_.at(row, room);
  if (how_ == comparison::is) return is(value);
  // Of no values a null is none either, as SQL has it.
  if (how_ == comparison::in && readings_.empty()) return truth::no;
  if (is_null(value)) return truth::unknown;
  switch (how_) {
    case comparison::eq:
    case comparison::in:
      return is_among(value);
    case comparison::neq:
      return !is_among(value);
    case comparison::like:
    case comparison::ilike: {
      const auto* const text = std::get_if<std::string_view>(&value);
      const auto cases = how_ == comparison::like ? letter_case::told_apart : letter_case::ignored;
      return truth_of(text != nullptr && is_like(*text, text_, cases, budget));
    }
    default:
      return is_ordered(value);
  }
}

truth comparison_test::is(const cell& value) const noexcept {
  if (text_ == "not_null") return truth_of(!is_null(value));
  const auto* const holds = std::get_if<bool>(&value);
  if (text_ == "true") return truth_of(holds != nullptr && *holds);
  if (text_ == "false") return truth_of(holds != nullptr && !*holds);
  return truth_of(is_null(value));  // null, unknown
}

truth comparison_test::is_among(const cell& value) const noexcept {
  return truth_of(std::binary_search(readings_.begin(), readings_.end(), value, is_before));
}

// With the reading that is of the value's kind; where there is none they have no order.
truth comparison_test::is_ordered(const cell& value) const noexcept {
  for (const cell& reading : readings_) {
    if (!are_of_a_kind(value, reading)) continue;
    const auto order = compare(value, reading);
    switch (how_) {
      case comparison::lt:
        return truth_of(order < 0);
      case comparison::lte:
        return truth_of(order <= 0);
      case comparison::gt:
        return truth_of(order > 0);
      default:
        return truth_of(order >= 0);
    }
  }
  return truth::no;
}

}  // namespace server::collections
