// JSON text to a document in a request's memory, and back. Knows nothing of HTTP.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include "arena/segment_buffer.hpp"
#include "server/json/text_output.hpp"

namespace server::json {

/// Deepest nesting of arrays and objects that parse() takes. Boost.JSON's own default; documents of
/// the wild stay below 20, and the serialiser's recursion is bounded by it.
inline constexpr std::size_t max_depth = 32;

/// Where and why a text is not JSON (RFC 8259).
struct parse_error {
  std::size_t offset_bytes;  ///< of the first byte that could not be taken
  boost::system::error_code reason;
};

/// Parses the whole of `text` into `storage`, scratch memory included: the heap is not touched
/// unless storage is the heap. Of members with the same name the last one wins.
/// Throws what the storage throws when it is exhausted.
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
