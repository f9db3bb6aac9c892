// A session whose stream is a script instead of a socket: the test says which bytes have arrived,
// how much a write takes and what fails, and reads what was written. Everything runs in the calls
// of turn(). What a session may not do with its stream (a call after the end, two waits at once)
// ends the program.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "server/session.hpp"

namespace scripted {

/// The other side of the stream, and what is known of the session. Owned by the test; it outlives
/// the session.
struct wire {
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  // The script; to be changed between turns.
  std::string_view arrived = {};      ///< and not read yet
  bool ended = false;                 ///< the client sends no more
  bool reset = false;                 ///< by the client: nothing can be read or written
  bool takes_none = false;            ///< writes would block
  bool blocks_when_cut = false;       ///< after a write that was taken in part, once
  std::size_t write_max = unlimited;  ///< bytes that one write takes
  std::size_t short_writes_left = 0;  ///< then write_max does not count
  bool writes_fail = false;
  bool shut_down_fails = false;

  // The record.
  std::string written = {};
  bool read_end = false;   ///< the session knows that the client sends no more
  bool is_broken = false;  ///< a read or write has failed
  bool was_shut_down = false;
  bool is_closed = false;
  bool is_destroyed = false;
};

class session final : public server::session {
 public:
  /// Lifetime: both must outlive the session, which ends by itself.
  static session& make(server::service& owner, wire& stream) { return *new session(owner, stream); }

  /// Has the session go on, if there is reason to. False: there was none. May end the session.
  bool turn();
  /// As the stream's being ready would, though it is not; if the session waits for that.
  void wake_without_reason();
  /// Nothing is waited for: a handler is to say when it is done.
  bool waits_for_handler() const noexcept { return wait_ == waiting::none && !resume_is_due_; }

  std::string_view remote(std::span<char>) const noexcept override { return "script"; }

 private:
  enum class waiting { none, to_read, to_write };

  session(server::service& owner, wire& stream) noexcept
      : server::session(owner), stream_(stream) {}
  ~session() override = default;

  std::size_t read_some(std::span<char> into, error_code& failure) override;
  std::size_t write_some(std::span<const boost::asio::const_buffer> from,
                         error_code& failure) override;
  void shut_down(error_code& failure) override;
  bool has_unread() noexcept override;
  void wait(readiness what) override;
  void cancel_wait() noexcept override;
  void resume_soon() noexcept override;
  void close() noexcept override;
  void destroy() noexcept override;

  std::size_t taken_of(std::size_t offered) noexcept;
  bool is_ready() const noexcept;
  void expect_open(const char* call) const;
  void expect_usable(const char* call) const;

  wire& stream_;
  waiting wait_ = waiting::none;
  bool is_cancelled_ = false;
  bool resume_is_due_ = false;
};

}  // namespace scripted
