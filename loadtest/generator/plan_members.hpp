// Reads the members of one JSON object of a plan, and knows where it is, so that whatever is wrong
// is refused with its path ("mix[1].expect.status"). Lives as long as its object is being read.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace generator {

/// A plan that cannot be run; what() begins with the path of the member that is wrong.
struct plan_error : std::runtime_error {
  plan_error(const std::string& path, const std::string& problem)
      : std::runtime_error(path + ": " + problem) {}
};

template <class Number>
struct bounds {
  Number low, high;
};

class plan_members {
 public:
  /// Refuses a value that is no object, and members that are not among `known`. Lifetime: `value`
  /// must outlive this.
  plan_members(const boost::json::value& value, std::string path,
               std::initializer_list<std::string_view> known);

  bool has(std::string_view name) const { return object_->contains(name); }
  /// Each gives `missing` where there is no such member.
  std::uint64_t whole(std::string_view name, std::uint64_t missing,
                      bounds<std::uint64_t> allowed) const;
  double number(std::string_view name, double missing, bounds<double> allowed) const;
  std::string text(std::string_view name, std::string missing) const;
  bool is_true(std::string_view name) const;
  /// Refuses a missing or an empty one.
  const boost::json::array& list(std::string_view name) const;
  const boost::json::value* find(std::string_view name) const { return object_->if_contains(name); }

  std::string path_of(std::string_view name) const;
  [[noreturn]] void refuse(std::string_view name, const std::string& problem) const;

 private:
  const boost::json::object* object_;
  std::string path_;
};

/// "mix[1]", for the elements of a list.
std::string element_path(std::string_view list, std::size_t index);

}  // namespace generator
