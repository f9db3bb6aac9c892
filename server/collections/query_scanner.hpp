// Takes the text of one query parameter apart, from left to right, and says where it is wrong: the
// words, names and values of PostgREST's grammar. Owned by a query_parser, used while a request is
// handled, in its memory. It never goes back further than the value that it reads: O(text).
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>

#include "arena/segment_buffer.hpp"
#include "server/collections/query.hpp"

namespace server::collections {

class query_scanner {
 public:
  explicit query_scanner(std::pmr::memory_resource* memory) : unescaped_(memory), error_(memory) {}

  /// Goes on with `text`: the value of that parameter, or its name.
  void begin(std::string_view parameter, std::string_view text) noexcept;

  bool at_end() const noexcept { return rest_.empty(); }
  std::string_view rest() const noexcept { return rest_; }
  bool skip(std::string_view expected) noexcept;
  /// Passes a mark with the blanks around it; where there is none, nothing is passed.
  bool skip_mark(char mark) noexcept;

  // Lifetime of what these give: that of the text, or the scanner's if a backslash was undone.

  /// Letters of ASCII and underscores, perhaps none.
  std::string_view take_word() noexcept;
  std::string_view take_rest() noexcept;
  /// A field, with the blanks around it: names in quotes or up to one of .,:() and arrows.
  bool take_path(field_path& to);
  /// In quotes, or all up to a comma or a closing parenthesis. As PostgREST has it, quotes that do
  /// not end where the value does are a part of it.
  std::string_view take_value();
  /// The same; an array in braces may hold commas.
  std::string_view take_value_or_array();

  // These return false.

  /// Notes "PARAMETER: expected EXPECTED, not "REST"".
  bool fail(std::string_view expected) { return fail(expected, rest_); }
  bool fail(std::string_view expected, std::string_view found);
  /// Notes "PARAMETER: expected EXPECTED".
  bool fail_whole(std::string_view expected);
  bool expect_end() { return at_end() || fail("the end"); }

  /// Of ASCII's printable characters alone: others that the client sent are percent-encoded.
  std::string_view error() const noexcept { return error_; }

 private:
  bool take_key(std::string_view& to);
  std::size_t quoted_bytes() const noexcept;
  std::string_view take_quoted(std::size_t bytes);
  void skip_blanks() noexcept;

  std::string_view parameter_;       // the name of the one that is read
  std::string_view rest_;            // what of it has not been taken
  arena::segment_buffer unescaped_;  // names and values that had backslashes
  std::pmr::string error_;
};

}  // namespace server::collections
