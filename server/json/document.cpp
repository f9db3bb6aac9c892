#include "server/json/document.hpp"

#include <array>
#include <utility>

#include <boost/json/parser.hpp>

#include "server/json/text_output.hpp"

namespace server::json {

std::variant<boost::json::value, parse_error> parse(std::string_view text,
                                                    boost::json::storage_ptr storage) {
  // The parser's own stack starts here and, if it outgrows it, goes on in the request's memory.
  std::array<unsigned char, 4096> stack;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::parser parser(storage, options, stack.data(), stack.size());
  parser.reset(std::move(storage));  // without it the *value* would go to the heap
  boost::json::error_code reason;
  const std::size_t taken = parser.write_some(text.data(), text.size(), reason);
  if (!reason && taken < text.size()) reason = boost::json::error::extra_data;
  if (reason) return parse_error{taken, reason};
  return parser.release();
}

namespace {

void put(const boost::json::array& array, text_output& to) {
  char separator = '[';
  for (const auto& element : array) {
    to.put_byte(std::exchange(separator, ','));
    put(element, to);
  }
  to.put(array.empty() ? "[]" : "]");
}

void put(const boost::json::object& object, text_output& to) {
  char separator = '{';
  for (const auto& member : object) {
    to.put_byte(std::exchange(separator, ','));
    to.put_string(member.key());
    to.put_byte(':');
    put(member.value(), to);
  }
  to.put(object.empty() ? "{}" : "}");
}

}  // namespace

void put(const boost::json::value& value, text_output& to) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return to.put("null");
    case boost::json::kind::bool_:
      return to.put(value.get_bool() ? "true" : "false");
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
