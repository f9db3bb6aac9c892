#include "server/collections/column_builder.hpp"

#include <algorithm>
#include <cassert>
#include <memory>

namespace server::collections {

namespace {

std::size_t value_bytes(column_kind kind) noexcept {
  switch (kind) {
    case column_kind::boolean:
      return sizeof(bool);
    case column_kind::integer:
      return sizeof(std::int64_t);
    case column_kind::real:
      return sizeof(double);
    case column_kind::text:
      return sizeof(std::uint32_t);
    case column_kind::document:
      return sizeof(boost::json::value);
  }
  return 0;
}

// Bits of which all are set.
std::span<std::uint64_t> all_rows(std::size_t rows, arena::bump_arena& memory) {
  const auto words = memory.create_array<std::uint64_t>((rows + 63) / 64);
  std::ranges::fill(words, ~std::uint64_t{0});
  return words;
}

void clear(std::span<std::uint64_t> bits, std::size_t row) noexcept {
  if (!bits.empty()) bits[row / 64] &= ~(std::uint64_t{1} << row % 64);
}

}  // namespace

column_builder::column_builder(const column_profile& profile, column_kind as, std::size_t rows,
                               collection_memory& memory)
    : memory_(&memory), rows_(rows) {
  assert(profile.obstacle(as).empty());
  arena::bump_arena& arena = memory.arena();
  made_.name_ = arena.copy_string(profile.name);
  made_.kind_ = as;
  if (profile.values < rows) nulls_ = all_rows(rows, arena);
  if (profile.members < rows) absent_ = all_rows(rows, arena);
  if (profile.values == 0) return;
  const bool is_text = as == column_kind::text;
  values_ = arena.allocate((rows + (is_text ? 1 : 0)) * value_bytes(as));
  if (is_text) characters_ = static_cast<char*>(arena.allocate(profile.text_bytes, 1));
}

void column_builder::add_null(std::size_t row) noexcept {
  clear(absent_, row);
}

void column_builder::add_text(std::size_t row, std::string_view value) noexcept {
  end_texts_before(row);
  value.copy(characters_ + characters_end_, value.size());
  characters_end_ += static_cast<std::uint32_t>(value.size());
  mark_value(row);
}

void column_builder::add_document(std::size_t row, const boost::json::value& value) {
  auto* const place = static_cast<boost::json::value*>(values_) + row;
  std::construct_at(place, value, memory_->storage());
  mark_value(row);
}

void column_builder::mark_value(std::size_t row) noexcept {
  clear(nulls_, row);
  clear(absent_, row);
}

// What is added next begins where row `row` does.
void column_builder::end_texts_before(std::size_t row) noexcept {
  auto* const begins = static_cast<std::uint32_t*>(values_);
  while (texts_ended_ <= row) begins[texts_ended_++] = characters_end_;
}

column column_builder::finish() noexcept {
  if (made_.kind_ == column_kind::text && values_ != nullptr) end_texts_before(rows_);
  made_.nulls_ = row_bits(nulls_);
  made_.absent_ = row_bits(absent_);
  made_.values_ = values_;
  made_.characters_ = characters_;
  return made_;
}

}  // namespace server::collections
