// What Boost.JSON's parser calls as it reads: it builds the document on a stack of values. In place
// of the builder of boost::json::parser, which in 1.81 rounds some doubles to a neighbour and takes
// those that are out of range for infinite. One a document, on the stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/error.hpp>
#include <boost/json/memory_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>

#include "server/json/number_text.hpp"

namespace server::json {

class document_builder {
  using text = boost::json::string_view;
  using failure = boost::json::error_code;

 public:
  // Asked for by name.
  static constexpr std::size_t max_object_size = boost::json::object::max_size();
  static constexpr std::size_t max_array_size = boost::json::array::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  static constexpr std::size_t max_string_size = boost::json::string::max_size();

  /// The document goes to `storage`; what waits stands in `room`, and beyond it in `overflow`.
  /// Lifetime: all three outlive the builder.
  document_builder(boost::json::storage_ptr storage, boost::json::memory_resource* overflow,
                   unsigned char* room, std::size_t room_bytes) noexcept
      : values_(overflow, room, room_bytes) {
    values_.reset(std::move(storage));
  }
  /// After the end of the document, once.
  boost::json::value release() noexcept { return values_.release(); }

  bool on_document_begin(failure&) { return true; }
  bool on_document_end(failure&) { return true; }
  bool on_object_begin(failure&) { return true; }
  bool on_object_end(std::size_t members, failure&) {
    values_.push_object(members);
    return true;
  }
  bool on_array_begin(failure&) { return true; }
  bool on_array_end(std::size_t elements, failure&) {
    values_.push_array(elements);
    return true;
  }
  bool on_key_part(text part, std::size_t, failure&) {
    values_.push_chars(part);
    return true;
  }
  bool on_key(text last_part, std::size_t, failure&) {
    values_.push_key(last_part);
    return true;
  }
  bool on_string_part(text part, std::size_t, failure&) {
    values_.push_chars(part);
    return true;
  }
  bool on_string(text last_part, std::size_t, failure&) {
    values_.push_string(last_part);
    return true;
  }
  bool on_number_part(text, failure&) { return true; }
  bool on_int64(std::int64_t number, text, failure&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, text, failure&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double number, text digits, failure& reason) {
    if (!is_rounded_once(digits, number)) {
      const auto nearest = nearest_double(digits);
      if (!nearest) {
        reason = boost::json::error::exponent_overflow;
        return false;
      }
      number = *nearest;
    }
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, failure&) {
    values_.push_bool(truth);
    return true;
  }
  bool on_null(failure&) {
    values_.push_null();
    return true;
  }
  bool on_comment_part(text, failure&) { return false; }
  bool on_comment(text, failure&) { return false; }

 private:
  boost::json::value_stack values_;
};

}  // namespace server::json
