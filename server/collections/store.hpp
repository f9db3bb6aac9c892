// The catalogue that is served now, and its replacement while requests are answered from it.
// Owned by main; read by every thread without locks.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/collections/catalogue.hpp"

namespace server::collections {

class store {
 public:
  /// Loads `files` as catalogue's constructor does, and throws what that throws.
  explicit store(std::vector<std::string> files);

  /// Lifetime: until the handler that asks returns; the next one may see another.
  const catalogue& current() const noexcept { return *current_.load(std::memory_order_acquire); }

  /// Of the rows that current() has, not of those that are retired.
  std::size_t memory_bytes() const noexcept;

  /// Loads the files again and serves that. `until_unused` must return when nobody uses any longer
  /// what current() returned before it was called. Throws what the loading throws: then nothing has
  /// changed; and what `until_unused` throws: then the new is served, and the old kept until the
  /// next call. One call at a time.
  void reload(const std::function<void()>& until_unused);

 private:
  std::vector<std::string> files_;
  std::unique_ptr<const catalogue> owned_;
  std::atomic<const catalogue*> current_;
  std::vector<std::unique_ptr<const catalogue>> retired_;  // that somebody may still use
};

}  // namespace server::collections
