// Structs out of documents, with errors that say where and what was expected: "items[3].price", "a
// number". The reverse of json::writer's typed values. One a document, on the stack; knows nothing
// of HTTP.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "server/json/describe.hpp"

namespace server::json {

/// Why a document is not what it was read as. In the memory that read() was given; to be moved,
/// since a copy would go to the default resource.
struct read_error {
  std::pmr::string path;      ///< of the value: "items[3].price"; empty: the document itself
  std::pmr::string expected;  ///< "a number", "a whole number from 0 to 255", "an object", ...
};

class reader {
 public:
  /// `memory` is for vectors that are read, and for the error. Lifetime: it outlives the reader.
  explicit reader(std::pmr::memory_resource* memory) noexcept
      : memory_(memory), error_{std::pmr::string(memory), std::pmr::string(memory)} {}

  /// Takes `from` into `to`; false if it is something else, and error() says why. A T is
  /// - bool, or a number: whole ones in T's range where T is integral;
  /// - std::string_view. Lifetime: the document's;
  /// - std::optional: null and a missing member are none;
  /// - std::pmr::vector, whose memory is replaced by the reader's;
  /// - a struct that BOOST_DESCRIBE_STRUCT describes: members that are no optional must be there,
  ///   others than the described are passed over.
  /// Throws what the memory throws. O(document).
  template <class T>
  bool read(const boost::json::value& from, T& to) {
    if constexpr (std::same_as<T, bool>)
      return from.is_bool() ? (to = from.get_bool(), true) : fail("true or false");
    else if constexpr (std::integral<T>)
      return read_integer(from, to);
    else if constexpr (std::floating_point<T>)
      return read_real(from, to);
    else if constexpr (std::same_as<T, std::string_view>)
      return from.is_string() ? (to = from.get_string(), true) : fail("a string");
    else
      return read_composed(from, to);
  }
  read_error& error() noexcept { return error_; }

 private:
  // The way from the top to what is being read.
  struct step {
    const step* outer;
    std::string_view name;  // empty: an element
    std::size_t index;
  };

  template <class T>
  bool read_at(const step& inner, const boost::json::value& from, T& to) {
    at_ = &inner;
    const bool done = read(from, to);
    at_ = inner.outer;
    return done;
  }
  template <std::integral T>
  bool read_integer(const boost::json::value& from, T& to) {
    boost::json::error_code failure;
    to = from.to_number<T>(failure);
    return !failure || fail_range(std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  }
  template <std::floating_point T>
  bool read_real(const boost::json::value& from, T& to) {
    if (!from.is_number()) return fail("a number");
    const auto number = from.to_number<double>();
    if (std::abs(number) > std::numeric_limits<T>::max())
      return fail("a number in the range of a float");
    to = static_cast<T>(number);
    return true;
  }
  template <class T>
  bool read_composed(const boost::json::value& from, std::optional<T>& to) {
    to.reset();
    return from.is_null() || read(from, to.emplace());
  }
  template <class T>
  bool read_composed(const boost::json::value& from, std::pmr::vector<T>& to) {
    const auto* const elements = from.if_array();
    if (elements == nullptr) return fail("an array");
    std::pmr::vector<T> taken(elements->size(), memory_);
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (!read_at({at_, {}, i}, (*elements)[i], taken[i])) return false;
    }
    std::destroy_at(&to);
    std::construct_at(&to, std::move(taken));
    return true;
  }
  template <described Struct>
  bool read_composed(const boost::json::value& from, Struct& to) {
    const auto* const object = from.if_object();
    if (object == nullptr) return fail("an object");
    bool done = true;
    for_each_member<Struct>([&](std::string_view name, auto member) {
      done = done && read_member(*object, name, to.*member);
    });
    return done;
  }
  template <class T>
  bool read_member(const boost::json::object& object, std::string_view name, T& to) {
    static const boost::json::value missing;
    const auto* const found = object.if_contains(name);
    return read_at({at_, name, 0}, found != nullptr ? *found : missing, to);
  }

  bool fail(std::string_view expected);
  void note_path();
  template <std::integral T>
  bool fail_range(T least, T most) {
    char texts[2][24];
    const auto text = [](char(&room)[24], T number) {
      return std::string_view(room, std::to_chars(room, room + sizeof room, number).ptr);
    };
    return fail_range(text(texts[0], least), text(texts[1], most));
  }
  bool fail_range(std::string_view least, std::string_view most);

  std::pmr::memory_resource* memory_;
  const step* at_ = nullptr;
  read_error error_;
};

/// As reader::read(), for one value.
template <class T>
std::variant<T, read_error> read(const boost::json::value& from,
                                 std::pmr::memory_resource* memory) {
  T to{};
  reader reading(memory);
  if (!reading.read(from, to)) return std::move(reading.error());
  return to;
}

}  // namespace server::json
