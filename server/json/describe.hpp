// The members of a struct by name, for writing it as an object and reading it from one. A struct
// takes part by BOOST_DESCRIBE_STRUCT(name, (), (members...)) behind it. Compile time alone.
#pragma once

#include <string_view>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace server::json {

template <class Struct>
concept described = boost::describe::has_describe_members<Struct>::value;

/// Calls `take(name, pointer to member)` for each, in the order in which they were named.
template <described Struct, class Take>
constexpr void for_each_member(Take take) {
  using members = boost::describe::describe_members<Struct, boost::describe::mod_public>;
  boost::mp11::mp_for_each<members>(
      [&](auto member) { take(std::string_view(member.name), member.pointer); });
}

}  // namespace server::json
