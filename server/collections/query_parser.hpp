// Reads queries in PostgREST's grammar, parameter by parameter:
//   select=name,city:address->>city,total:price.sum()   order=price.desc.nullslast,name
//   price=gte.10   tags->0=not.eq.red   name=in.(a,"b,c")   or=(a.eq.1,not.and(b.gt.2,c.is.null))
//   limit=10   offset=20
// One a query, on the stack. It knows no collection: whether there is such a field is the plan's.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "server/collections/query.hpp"
#include "server/collections/query_scanner.hpp"

namespace server::collections {

class query_parser {
 public:
  /// Deepest nesting of and(...) and or(...): more than anybody writes, and the recursion's bound.
  static constexpr std::size_t depth_max = 16;
  /// Selected fields, conditions and terms of the order together, lists included: each is looked
  /// at for every row. 1000: what a target of 8 KiB can just hold. Values of in.() do not count.
  static constexpr std::size_t terms_max = 1000;

  /// Lifetime: `memory` outlives the query.
  explicit query_parser(std::pmr::memory_resource* memory) : query_(memory), text_(memory) {}

  // False: it is wrong, error() says what, naming the parameter, and nothing more may be taken.
  // These throw what the memory throws.

  /// Takes one parameter, decoded. Lifetime: the query keeps views of both. O(bytes).
  bool take(std::string_view name, std::string_view value);
  /// Takes an object whose members are the parameters: strings, of limit and offset numbers too.
  /// Lifetime: the query keeps views of its names and strings. O(bytes).
  bool take_document(const boost::json::value& document);

  /// Lifetime: the parser's.
  query& parsed() noexcept { return query_; }
  /// "price: expected a whole number ..., not "x"". Printable ASCII.
  std::string_view error() const noexcept { return text_.error(); }

 private:
  // Where a comparison stands: alone its value is all that is left, in a list it ends there.
  enum class place { parameter, list };

  bool take_member(std::string_view name, const boost::json::value& value);
  bool take_number(std::size_t& to, std::size_t most);
  bool fail_number(std::size_t most);
  bool take_select();
  bool take_selected();
  bool take_aggregate(selected& to);
  bool take_order();
  bool take_order_term();
  bool take_condition(std::string_view name, std::string_view value);
  bool take_parts(condition& to, std::size_t depth);
  bool take_part(condition& to, std::size_t depth);
  bool take_list_name(condition& to) noexcept;
  bool take_comparison(condition& to, place where);
  bool take_is(condition& to);
  bool take_values(condition& to);
  bool add_term();
  bool is_first(unsigned parameter);

  std::pmr::memory_resource* memory() const noexcept {
    return query_.where.get_allocator().resource();
  }

  query query_;
  query_scanner text_;
  std::size_t terms_ = 0;
  unsigned seen_ = 0;  // of the parameters that may come once
};

}  // namespace server::collections
