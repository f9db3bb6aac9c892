#include "server/json/document.hpp"

#include <utility>

#include <boost/json/basic_parser_impl.hpp>

#include "server/json/diagnosis.hpp"
#include "server/json/document_builder.hpp"
#include "server/json/parser_scratch.hpp"
#include "server/json/text_output.hpp"
#include "server/json/utf8.hpp"

namespace server::json {

namespace {

parse_error refused(std::string_view text, std::size_t taken) {
  const auto why = diagnose(text, max_depth);
  // Boost.JSON counts the places of a number in an int; beyond that it refuses even a 0.
  if (!why) return {taken, "an exponent closer to 0"};
  return {why->offset_bytes, why->expected};
}

}  // namespace

std::variant<boost::json::value, parse_error> parse(std::string_view text,
                                                    boost::json::storage_ptr storage) {
  if (const std::size_t valid = valid_utf8_bytes(text); valid < text.size())
    return refused(text, valid);
  thread_local parser_scratch scratch;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  options.allow_invalid_utf8 = true;  // seen above, faster than string by string
  scratch_overflow overflow(scratch, storage);
  boost::json::basic_parser<document_builder> parser(options, std::move(storage), &overflow,
                                                     scratch.room(), scratch.bytes());
  boost::json::error_code reason;
  const std::size_t taken = parser.write_some(false, text.data(), text.size(), reason);
  if (reason || taken < text.size()) return refused(text, taken);
  return parser.handler().release();
}

namespace {

void put(const boost::json::array& array, text_output& to) {
  if (array.empty()) return to.put("[]");
  char separator = '[';
  for (const auto& element : array) {
    to.put_byte(std::exchange(separator, ','));
    put(element, to);
  }
  to.put_byte(']');
}

void put(const boost::json::object& object, text_output& to) {
  if (object.empty()) return to.put("{}");
  char separator = '{';
  for (const auto& member : object) {
    to.put_name(std::exchange(separator, ','), member.key());
    put(member.value(), to);
  }
  to.put_byte('}');
}

}  // namespace

void put(const boost::json::value& value, text_output& to) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return to.put("null");
    case boost::json::kind::bool_:
      return to.put_bool(value.get_bool());
    case boost::json::kind::int64:
      return to.put_number(value.get_int64());
    case boost::json::kind::uint64:
      return to.put_number(value.get_uint64());
    case boost::json::kind::double_:
      return to.put_number(value.get_double());
    case boost::json::kind::string:
      return to.put_string(value.get_string());
    case boost::json::kind::array:
      return put(value.get_array(), to);
    case boost::json::kind::object:
      return put(value.get_object(), to);
  }
}

void serialize(const boost::json::value& document, arena::segment_buffer& to) {
  text_output out(to);
  put(document, out);
}

void serialize(std::string_view text, arena::segment_buffer& to) {
  text_output(to).put_string(text);
}

}  // namespace server::json
