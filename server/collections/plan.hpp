// A query made for one collection: its fields are found, its values are of the fields' kinds. What
// cannot be done is said here, before any row is looked at. One a query, in the request's memory.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/collections/collection.hpp"
#include "server/collections/field.hpp"
#include "server/collections/predicate.hpp"
#include "server/collections/query.hpp"

namespace server::collections {

/// One member of the rows that are answered.
struct output {
  std::string_view name;
  std::optional<field> from;  ///< none: count() of rows
  aggregate how = aggregate::none;
};

struct sort_key {
  std::optional<field> from;  ///< what rows are sorted by
  std::size_t output = 0;     ///< what groups are sorted by, if there is no field
  order_term::direction way = order_term::direction::ascending;
  order_term::nulls nulls_where = order_term::nulls::last;
};

/// Lifetime: the collection's and the query's, whichever ends first.
struct plan {
  plan(const collection& rows_of, std::pmr::memory_resource* memory)
      : of(&rows_of), outputs(memory), where(memory), order(memory) {}

  const collection* of;
  std::pmr::vector<output> outputs;
  /// Whole rows are asked for: what a row's object does not have is not answered.
  bool omits_absent = false;
  /// Rows of the same outputs that are no aggregates are answered as one.
  bool is_grouped = false;
  predicate where;
  std::pmr::vector<sort_key> order;
  page rows;
};

class planner {
 public:
  /// Lifetime: both outlive the plan.
  planner(const collection& of, std::pmr::memory_resource* memory)
      : memory_(memory), plan_(of, memory), error_(memory) {}

  /// False: the collection cannot answer that, and error() says why, naming the field and the
  /// value. Lifetime: the plan keeps views of the query. Throws what the memory throws. O(query log
  /// query).
  bool make(const query& asked);
  const plan& made() const noexcept { return plan_; }
  std::string_view error() const noexcept { return error_; }

 private:
  bool make_outputs(const query& asked);
  bool make_output(const selected& asked);
  bool names_differ();
  bool make_order(const query& asked);
  bool make_group_key(const order_term& asked, sort_key& to);
  bool make_predicate(const condition& asked, predicate& to);
  bool make_test(const condition& asked, predicate& to);
  bool make_text_test(const condition& asked, const field& of, predicate& to);
  bool add_readings(const condition& asked, const field& of, std::string_view value,
                    std::pmr::vector<cell>& to);
  std::optional<field> find(const field_path& path);
  // A part of a message: ours as it is, views of what others wrote shown with care.
  struct piece {
    piece(const char* ours) noexcept : text(ours), is_ours(true) {}
    piece(std::string_view theirs) noexcept : text(theirs), is_ours(false) {}

    std::string_view text;
    bool is_ours;
  };
  bool fail(std::initializer_list<piece> what);

  std::pmr::memory_resource* memory_;
  plan plan_;
  std::pmr::string error_;
};

}  // namespace server::collections
