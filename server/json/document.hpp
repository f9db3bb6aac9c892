// JSON text to a document in a request's memory, and back. Knows nothing of HTTP.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include "arena/segment_buffer.hpp"
#include "server/json/text_output.hpp"

namespace server::json {

/// Deepest nesting of arrays and objects that parse() takes. Boost.JSON's own default; documents of
/// the wild stay below 20, and the serialiser's recursion is bounded by it.
inline constexpr std::size_t max_depth = 32;

/// Where and why a text is not JSON.
struct parse_error {
  std::size_t offset_bytes;  ///< of the first byte that could not be taken; the size: it ends early
  /// In its place, in plain words: "a value", "',' or ']'". Static text.
  std::string_view expected;
};

/// Parses the whole of `text` (strict RFC 8259, UTF-8) into `storage`. Whole numbers of 64 bits are
/// exact, others the nearest double; what is too large for one, or too small to be more than 0 and
/// is not 0, is refused. Of members with the same name the last one wins.
/// Scratch memory is kept by the thread, up to parser_scratch::kept_bytes_max, and goes on in the
/// storage: in the steady state the heap is not touched unless the storage is the heap.
/// Throws what the storage throws when it is exhausted. Nothing of the storage is kept, however it
/// ends. O(text).
/// Lifetime: the document lives as long as the storage; `text` may go.
std::variant<boost::json::value, parse_error> parse(std::string_view text,
                                                    boost::json::storage_ptr storage);

/// Appends the shortest usual form: no white space, doubles as the fewest digits that read back the
/// same (1.25, not 1.25E0), strings in UTF-8 with only what must be escaped escaped.
void serialize(const boost::json::value& document, arena::segment_buffer& to);
/// An object would first be copied into a value, on the heap: move it into one, or give a value.
void serialize(const boost::json::object& document, arena::segment_buffer& to) = delete;

/// The same among other tokens.
void put(const boost::json::value& document, text_output& to);

/// Appends `text` as a JSON string, quotes included.
void serialize(std::string_view text, arena::segment_buffer& to);

}  // namespace server::json
