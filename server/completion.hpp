// How a handler that answers later says that it is done. Such a handler keeps `request` and
// `response` by reference: both live until its completion is called. A coroutine may keep its frame
// in request.memory(), if the frame is gone before the call.
#pragma once

#include <utility>

namespace server {

/// The right and the duty to call once; move-only. Dropped uncalled it makes the answer a 500.
/// A server does not stop before the completions that it gave out are called or dropped.
class completion {
 public:
  /// Whoever waits; told on the thread of the call.
  class receiver {
   public:
    enum class outcome { answered, dropped };
    virtual void complete(outcome how) noexcept = 0;

   protected:
    ~receiver() = default;
  };

  explicit completion(receiver& waiting) noexcept : waiting_(&waiting) {}
  completion(completion&& other) noexcept : waiting_(std::exchange(other.waiting_, nullptr)) {}
  completion& operator=(completion&&) = delete;
  ~completion() { tell(receiver::outcome::dropped); }

  /// The response is complete. May be called on any thread; whoever calls must not touch request,
  /// response or their memory afterwards. A second call has no effect.
  void operator()() noexcept { tell(receiver::outcome::answered); }

 private:
  void tell(receiver::outcome how) noexcept {
    if (receiver* const told = std::exchange(waiting_, nullptr)) told->complete(how);
  }

  receiver* waiting_;
};

}  // namespace server
