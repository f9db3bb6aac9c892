// Keeps the places of a few ended objects for the next ones, so that clients who come and go make
// no heap calls. One size of object each; used on one thread.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace server {

class recycler {
 public:
  /// Keeps at most `kept_max` places. Throws std::bad_alloc.
  explicit recycler(std::size_t kept_max) { kept_.reserve(kept_max); }
  /// Every place must have been given back.
  ~recycler() {
    for (void* const place : kept_) ::operator delete(place);
  }
  recycler(const recycler&) = delete;
  recycler& operator=(const recycler&) = delete;

  /// A place of `bytes` bytes, the same at each call. Throws std::bad_alloc.
  void* take(std::size_t bytes) {
    if (kept_.empty()) return ::operator new(bytes);
    void* const place = kept_.back();
    kept_.pop_back();
    return place;
  }
  void give_back(void* place) noexcept {
    if (kept_.size() < kept_.capacity())
      kept_.push_back(place);
    else
      ::operator delete(place);
  }

 private:
  std::vector<void*> kept_;
};

}  // namespace server
