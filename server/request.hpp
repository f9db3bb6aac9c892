// One HTTP request as a handler sees it: views into bytes that were read into the request's memory.
// Lifetime: every view and every pointer that a request gives out ends when its response has been
// sent. What is to live longer must be copied out, JSON values with an explicit storage_ptr{}.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/value.hpp>

#include "arena/segment_buffer.hpp"
#include "server/problem.hpp"
#include "server/request_memory.hpp"

namespace server {

namespace http = boost::beast::http;

/// A query parameter or path parameter, decoded.
struct parameter {
  std::string_view name;
  std::string_view value;
};

class request {
 public:
  struct field_view {
    http::field id;  ///< http::field::unknown for names that Beast does not know
    std::string_view name;
    std::string_view value;
  };

  explicit request(const request_memory& memory)
      : memory_(&memory),
        fields_(memory.resource()),
        texts_(memory.resource()),
        path_parameters_(memory.resource()) {
    fields_.reserve(usual_fields);
  }

  /// http::verb::unknown for methods that Beast does not know.
  http::verb method() const noexcept { return method_; }
  /// As the client sent it.
  std::string_view method_text() const noexcept { return method_text_; }
  /// As the client sent it, in whichever form.
  std::string_view target() const noexcept { return target_; }
  /// Of the request target, still percent-encoded; begins with '/', or is "*".
  std::string_view path() const noexcept { return path_; }
  /// Major and minor digit: 10 or 11.
  unsigned version() const noexcept { return version_; }
  std::span<const field_view> fields() const noexcept { return fields_; }
  /// The first field of that name, in any case. O(fields).
  std::optional<std::string_view> field(std::string_view name) const noexcept;
  std::optional<std::string_view> field(http::field id) const noexcept;
  /// The whole content in one piece, transfer coding undone.
  std::string_view body() const noexcept { return body_; }

  /// The value that the route's `{name}` stands for; empty if the route has none of that name.
  std::string_view path_parameter(std::string_view name) const noexcept;
  /// The first query parameter of that name, percent-decoded and '+' read as space. O(query).
  std::optional<std::string_view> query_parameter(std::string_view name) const;
  /// All query parameters in the order in which they stand, decoded likewise. O(query).
  std::pmr::vector<parameter> query_parameters() const;

  /// The query parameter of that name as a number from `least` to `most`, `otherwise` if there is
  /// none, or a 400 that names it.
  template <class Number>
  std::variant<Number, problem> query_number(
      std::string_view name, Number otherwise, Number least = std::numeric_limits<Number>::lowest(),
      Number most = std::numeric_limits<Number>::max()) const {
    const auto given = query_parameter(name);
    if (!given) return otherwise;
    return parse_number("query", name, *given, least, most);
  }
  /// The value of the route's `{name}` as a number from `least` to `most`, or a 400 that names it.
  template <class Number>
  std::variant<Number, problem> path_number(
      std::string_view name, Number least = std::numeric_limits<Number>::lowest(),
      Number most = std::numeric_limits<Number>::max()) const {
    return parse_number("path", name, path_parameter(name), least, most);
  }

  /// The body as a document in this request's memory, or what is wrong with it: 415 for another
  /// media type than JSON (none is taken for JSON), 400, or 413 where the document does not fit the
  /// request's budget. O(body).
  std::variant<boost::json::value, problem> json() const;

  /// The pieces in one, in this request's memory: a problem's detail, for instance.
  std::string_view join(std::initializer_list<std::string_view> pieces) const;
  /// What the client sent as it may stand in an answer: in quotes, percent-encoded, since it may be
  /// no UTF-8, and cut, since it may be long.
  std::string_view quoted(std::string_view given) const;

  /// For containers of the handler's own: `std::pmr::vector<int> v(request.memory());`
  /// Whoever allocates from it by hand deallocates by hand: not every strategy is an arena.
  std::pmr::memory_resource* memory() const noexcept { return memory_->resource(); }
  /// For boost::json values of the handler's own.
  const boost::json::storage_ptr& json_storage() const noexcept { return memory_->json_storage(); }

 private:
  friend class header_parser;
  friend class request_parser;
  friend class router;
  static constexpr std::size_t path_parameters_max = 8;
  static constexpr std::size_t usual_fields = 16;  // a browser sends about a dozen

  template <class Number>
  std::variant<Number, problem> parse_number(std::string_view place, std::string_view name,
                                             std::string_view given, Number least,
                                             Number most) const {
    Number number{};
    const char* const end = given.data() + given.size();
    const auto [stop, failure] = std::from_chars(given.data(), end, number);
    if (failure == std::errc() && stop == end && number >= least && number <= most) return number;
    return bad_number(place, name, given, number_text(least), number_text(most),
                      std::is_integral_v<Number> ? "a whole number" : "a number");
  }
  template <class Number>
  std::string_view number_text(Number number) const {
    constexpr std::size_t longest = 32;
    const auto room = texts_.prepare(longest);
    const char* const end = std::to_chars(room.data(), room.data() + longest, number).ptr;
    texts_.commit(static_cast<std::size_t>(end - room.data()));
    return {room.data(), end};
  }
  problem bad_number(std::string_view place, std::string_view name, std::string_view given,
                     std::string_view least, std::string_view most, std::string_view kind) const;

  const request_memory* memory_;
  http::verb method_ = http::verb::unknown;
  unsigned version_ = 11;
  std::string_view method_text_;
  std::string_view target_;
  std::string_view path_;
  std::string_view query_;
  std::string_view body_;
  std::pmr::vector<field_view> fields_;
  mutable arena::segment_buffer texts_;  // decoded and made texts that live as the request does
  std::pmr::vector<parameter> path_parameters_;
};

}  // namespace server
