// One connection: waits without owning anything, leases memory when bytes arrive, reads, has the
// request answered, writes, releases. This is the request's life; the loop is in session.cpp.
// It knows its stream by a few non-blocking calls, which a derived class makes of a socket
// (tcp_session), and lives on one thread; it never blocks, and has at most one wait outstanding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "server/deadline_list.hpp"
#include "server/exchange.hpp"
#include "server/response_queue.hpp"

namespace server {

class service;

class session : public deadline_entry, private exchange::waiter {
 public:
  /// What the connection does next; it follows from what it holds (see next_phase).
  enum class phase : unsigned char {
    idle,            ///< between requests: nothing is held
    reading_header,  ///< of current_
    reading_body,    ///< of current_
    answering,       ///< current_ has come in whole
    handling,        ///< the handler of current_ answers later
    writing,         ///< what is ready
    lingering        ///< our side is shut down; what the client still sends is read away
  };

  /// Whether the connection has one of the server's places, or is told that there is none.
  enum class admission : unsigned char { granted, refused };

  virtual ~session();

  /// Serves the connection until it ends, which destroys the session. One that is refused is
  /// answered 503, whatever it asks.
  void start(admission as);
  /// The tick found the deadline passed.
  void expire() noexcept;
  /// The server stops: an idle connection is shut down now and ends when its client has seen that,
  /// one that a request has reached or that is busy after its response.
  void drain() noexcept;
  /// Ends now, but not before a handler that answers later has done so.
  void abort() noexcept;

  phase doing() const noexcept { return phase_; }
  /// The client's address as text, in `room` of at least 64 bytes.
  virtual std::string_view remote(std::span<char> room) const noexcept = 0;
  bool is_aborted() const noexcept { return aborted_; }

 protected:
  using error_code = boost::system::error_code;
  enum class readiness { to_read, to_write };

  /// Lifetime: `owner` must outlive the session.
  explicit session(service& owner) noexcept : owner_(owner) {}

  // The stream. Reading and writing do not block: where nothing can be moved now they fail with
  // would_block, and the end of the stream is boost::asio::error::eof.
  virtual std::size_t read_some(std::span<char> into, error_code& failure) = 0;
  virtual std::size_t write_some(std::span<const boost::asio::const_buffer> from,
                                 error_code& failure) = 0;
  /// Sends no more; the client reads the end of the stream.
  virtual void shut_down(error_code& failure) = 0;
  virtual bool has_unread() noexcept = 0;
  /// Has resume() called once, when the stream is ready or the wait was cancelled. Throws
  /// std::bad_alloc.
  virtual void wait(readiness what) = 0;
  virtual void cancel_wait() noexcept = 0;
  /// Has resume({}) called soon, on the session's thread. May be called on any other.
  virtual void resume_soon() noexcept = 0;
  /// Closes the stream and cancels the wait, if there is one.
  virtual void close() noexcept = 0;
  /// Ends the object's life.
  virtual void destroy() noexcept = 0;

  /// Every turn of the connection begins here.
  void resume(error_code failure);

 private:
  enum class action { step, wait_read, wait_write, suspend, end };
  using progress = request_parser::progress;

  void handled_later() noexcept override { resume_soon(); }
  /// Does `turn`, or ends for want of memory.
  template <class Turn>
  void guarded(Turn turn);
  void run();
  action step();
  action read();
  action answer();
  action write();
  action linger();
  action wait_for_bytes();
  action invite_body();
  void await(readiness what);
  bool take_leave() noexcept;
  void end() noexcept;

  void expired();
  void begin_exchange();
  void parsed(progress now);
  void conclude_answer();
  void refuse_current(const problem& wrong);
  void queue_current(response::connection after);
  void answer_without_memory() noexcept;
  bool pipeline_is_full() const noexcept;
  phase next_phase() const noexcept;
  void enter(phase next) noexcept;
  clock::time_point next_deadline() noexcept;

  service& owner_;
  exchange_ptr current_;            // being read or answered; null while idle
  response_queue ready_;            // answered, waiting to be sent
  std::string_view last_words_;     // sent behind ready_: an answer that needs no memory
  clock::time_point retires_at_{};  // from then on it ends with its next response
  clock::time_point phase_began_{};
  std::size_t moved_bytes_ = 0;  // since then
  // What clients asked last says how large the next request will be: connections have habits.
  std::uint32_t asked_last_ = 0;  // the route's index plus 1; 0 for none
  std::uint8_t empty_reads_ = 0;
  phase phase_ = phase::idle;
  admission admission_ = admission::granted;
  bool closing_ = false;         // no further request is taken
  bool expired_ = false;         // the tick has cancelled the wait
  bool aborted_ = false;         // the stream is closed
  bool deadline_is_due_ = true;  // the next wait sets the phase's deadline
  bool is_too_slow_ = false;     // the deadline is the minimum rate's
};

}  // namespace server
