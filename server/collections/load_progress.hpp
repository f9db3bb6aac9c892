// Says in the log how far the loading of a file has come: at most a line a second and one each
// tenth of the file, so that small files are silent. Used by one thread, that which loads.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace server::collections {

class load_progress {
 public:
  using clock = std::chrono::steady_clock;

  /// `total_bytes`: of all that will be gone through; a file that is read twice counts twice.
  /// Lifetime: `origin` must outlive it.
  load_progress(std::string_view origin, std::size_t total_bytes,
                clock::time_point now = clock::now()) noexcept
      : origin_(origin), total_bytes_(total_bytes), tenth_at_(total_bytes / 10), said_(now) {}

  /// Logs if it is time to, and knows the clock only then.
  void reach(std::size_t bytes) {
    if (bytes >= tenth_at_) reach(bytes, clock::now());
  }
  /// The same at a time of the caller's.
  void reach(std::size_t bytes, clock::time_point now);

 private:
  std::string_view origin_;
  std::size_t total_bytes_;
  std::size_t tenth_at_;  // bytes: before this nothing is to be said
  clock::time_point said_;
};

}  // namespace server::collections
