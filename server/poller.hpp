// Tells a worker's connections that their sockets are ready: an epoll instance for which each
// socket is registered once, level-triggered, so that waiting for the next request is no system
// call. (Asio 1.81 calls epoll_ctl for each async_wait.) To Asio it is one more descriptor. Owned
// by its worker, used on its thread only. It never reads, writes or closes a socket.
#pragma once

#include <cstdint>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "server/operation_storage.hpp"

namespace server {

class poller {
 public:
  using executor = boost::asio::io_context::executor_type;
  enum class readiness { to_read, to_write };

  /// One socket, watched. Lifetime: forget() must come before its end and before it is closed.
  class entry {
   public:
    /// Whether ready() will be called.
    bool waits() const noexcept { return waits_; }

   protected:
    explicit entry(int descriptor) noexcept : descriptor_(descriptor) {}
    virtual ~entry() = default;
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;

    int descriptor() const noexcept { return descriptor_; }

   private:
    friend class poller;
    /// What wait() waited for has come. May end this entry, but no other one.
    virtual void ready() = 0;

    const int descriptor_;
    std::uint32_t registered_ = 0;  // events that epoll tells of; 0: it does not know the socket
    bool waits_ = false;
  };

  /// Throws boost::system::system_error. Lifetime: `context` must outlive the poller.
  explicit poller(boost::asio::io_context& context);

  /// Begins to run with the context.
  void start();
  /// Registers a socket, for reading as yet. Throws std::bad_alloc if the kernel cannot remember
  /// it.
  void add(entry& added) { register_for(added, readiness::to_read); }
  /// Has waiting.ready() called once, on the context's thread, when the socket is readable or
  /// writable, or broken. A system call only when the last wait was for something else, or
  /// something came while there was none. Throws as add().
  void wait(entry& waiting, readiness what) {
    register_for(waiting, what);
    waiting.waits_ = true;
  }
  /// Ends the wait, if there is one.
  void cancel(entry& waiting) noexcept { waiting.waits_ = false; }
  /// Ends the wait, and unregisters the socket.
  void forget(entry& waiting) noexcept;

  executor get_executor() noexcept { return ready_.get_executor(); }

 private:
  void register_for(entry& waiting, readiness what);
  void dispatch();

  // epoll's own, readable when a socket is ready.
  boost::asio::posix::basic_stream_descriptor<executor> ready_;
  operation_storage<160> waiting_;
};

}  // namespace server
