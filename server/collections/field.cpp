#include "server/collections/field.hpp"

#include <limits>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "arena/segment_buffer.hpp"
#include "server/json/decimal.hpp"
#include "server/json/document.hpp"
#include "server/json/text_output.hpp"

namespace server::collections {

namespace {

// An element's number may count from the end: -1 is the last.
const boost::json::value* element(const boost::json::array& of, std::string_view number) noexcept {
  const bool from_end = number.starts_with('-');
  if (from_end) number.remove_prefix(1);
  const auto index = json::parse_decimal(number, std::numeric_limits<std::size_t>::max());
  if (!index) return nullptr;
  if (!from_end) return of.if_contains(*index);
  return *index == 0 || *index > of.size() ? nullptr : &of[of.size() - *index];
}

const boost::json::value* inside(const boost::json::value& of, std::string_view key) noexcept {
  if (const auto* const object = of.if_object()) return object->if_contains(key);
  if (const auto* const array = of.if_array()) return element(*array, key);
  return nullptr;
}

}  // namespace

cell text_room::text_of(const cell& value) {
  if (is_null(value) || std::holds_alternative<std::string_view>(value)) return value;
  if (const auto* const truth = std::get_if<bool>(&value))
    return std::string_view(*truth ? "true" : "false");
  if (const auto* const whole = std::get_if<std::int64_t>(&value))
    return std::string_view(decimal_.emplace(*whole));
  if (const auto* const large = std::get_if<std::uint64_t>(&value))
    return std::string_view(decimal_.emplace(*large));
  arena::segment_buffer text(long_.get_allocator().resource());
  {
    json::text_output out(text);
    put(value, out);
  }
  long_.clear();
  long_.reserve(text.size());
  for (auto* each = text.first(); each != nullptr; each = each->next) long_.append(each->view());
  constexpr std::size_t bytes_a_unit = 8;
  cost_ += long_.size() / bytes_a_unit;
  return std::string_view(long_);
}

cell field::reached(std::size_t row, text_room& room) const {
  if (from_->is_null(row)) return null();
  cell value;
  if (keys_.empty()) {
    value = cell_of(*from_, row);
  } else {
    const boost::json::value* at = &from_->document(row);
    for (const std::string_view key : keys_) {
      if (at = inside(*at, key); at == nullptr) return null();
    }
    value = cell_of(*at);
  }
  return as_ == form::text ? room.text_of(value) : value;
}

}  // namespace server::collections
