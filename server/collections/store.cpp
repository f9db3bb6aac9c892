#include "server/collections/store.hpp"

#include <utility>

namespace server::collections {

store::store(std::vector<std::string> files)
    : files_(std::move(files)),
      owned_(std::make_unique<const catalogue>(files_)),
      current_(owned_.get()) {}

std::size_t store::memory_bytes() const noexcept {
  std::size_t sum = 0;
  for (const auto& [name, each] : current().all()) sum += each.memory_bytes();
  return sum;
}

void store::reload(const std::function<void()>& until_unused) {
  auto loaded = std::make_unique<const catalogue>(files_);
  retired_.reserve(retired_.size() + 1);
  current_.store(loaded.get(), std::memory_order_release);
  retired_.push_back(std::exchange(owned_, std::move(loaded)));
  until_unused();
  retired_.clear();
}

}  // namespace server::collections
