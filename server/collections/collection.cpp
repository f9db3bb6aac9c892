#include "server/collections/collection.hpp"

#include <algorithm>
#include <utility>

namespace server::collections {

collection::collection(std::string_view name, contents loaded)
    : loaded_(std::move(loaded)),
      name_(loaded_.memory->arena().copy_string(name)),
      index_(id_index::choose(loaded_.columns, loaded_.rows, loaded_.memory->arena())) {}

const column* collection::find_column(std::string_view name) const noexcept {
  const auto found = std::ranges::find(loaded_.columns, name, &column::name);
  return found != loaded_.columns.end() ? &*found : nullptr;
}

}  // namespace server::collections
