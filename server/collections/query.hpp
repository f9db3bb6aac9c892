// What is asked of a collection, in PostgREST's terms: which fields, of which rows, in which order.
// Names and values are as they were written; what they mean to a collection is its plan's to find.
// Lifetime: views of the texts that it was parsed from, and vectors of the request's memory.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "server/collections/page.hpp"

namespace server::collections {

/// A field, or a place in the documents that it holds: price, address->city, tags->0.
struct field_path {
  explicit field_path(std::pmr::memory_resource* memory) : keys(memory) {}

  std::string_view text;                    ///< as it was written, for messages
  std::pmr::vector<std::string_view> keys;  ///< the field, and what follows each arrow
  bool as_text = false;                     ///< the last arrow was ->>
};

enum class aggregate : unsigned char { none, count, sum, avg, min, max };

/// One member of the rows that are answered.
struct selected {
  explicit selected(std::pmr::memory_resource* memory) : from(memory) {}

  std::string_view name;  ///< in the answer: the alias, the aggregate, or the last key
  field_path from;        ///< no keys: count(), of rows
  aggregate how = aggregate::none;
};

enum class comparison : unsigned char { eq, neq, gt, gte, lt, lte, like, ilike, in, is };

/// A tree of conditions. `parts` where it is a list of some, else field, how and values.
struct condition {
  enum class kind : unsigned char { comparison, all_of, any_of };

  explicit condition(std::pmr::memory_resource* memory)
      : field(memory), values(memory), parts(memory) {}

  kind what = kind::comparison;
  bool negated = false;
  comparison how = comparison::eq;
  field_path field;
  /// One, but for `in`, which may have none. As written: of `like` and `ilike` a star is a percent
  /// sign and a backslash takes the next character; of `is` one of null, not_null, true, false and
  /// unknown.
  std::pmr::vector<std::string_view> values;
  std::pmr::vector<condition> parts;
};

struct order_term {
  enum class direction : unsigned char { ascending, descending };
  enum class nulls : unsigned char { first, last };

  explicit order_term(std::pmr::memory_resource* memory) : by(memory) {}

  field_path by;
  direction way = direction::ascending;
  nulls where = nulls::last;
};

struct query {
  explicit query(std::pmr::memory_resource* memory)
      : select(memory), where(memory), order(memory) {}

  std::pmr::vector<selected> select;  ///< empty: whole rows
  std::pmr::vector<condition> where;  ///< all of them must hold
  std::pmr::vector<order_term> order;
  page rows;
  bool says_page = false;  ///< limit or offset is said, whatever it is
};

}  // namespace server::collections
