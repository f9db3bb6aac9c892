#include "server/collections/collection.hpp"

#include <algorithm>
#include <memory_resource>
#include <utility>

namespace server::collections {

namespace {

std::string_view copy_text(std::string_view text, std::pmr::memory_resource& memory) {
  auto* const copy = static_cast<char*>(memory.allocate(text.size(), 1));
  std::ranges::copy(text, copy);
  return {copy, text.size()};
}

}  // namespace

collection::collection(std::string_view name, std::unique_ptr<collection_memory> memory,
                       boost::json::array rows)
    : memory_(std::move(memory)),
      name_(copy_text(name, memory_->arena())),
      rows_(std::move(rows)),
      index_(id_index::choose(rows_, memory_->arena())) {}

std::span<const boost::json::value> collection::rows(page asked) const noexcept {
  const std::span<const boost::json::value> all(rows_.data(), rows_.size());
  const std::size_t offset = std::min(asked.offset, all.size());
  return all.subspan(offset, std::min(asked.limit, all.size() - offset));
}

const boost::json::value* collection::find(std::string_view id) const noexcept {
  const auto number = index_.find(rows_, id);
  return number ? &row(*number) : nullptr;
}

}  // namespace server::collections
