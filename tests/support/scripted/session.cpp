#include "tests/support/scripted/session.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/error.hpp>

#include "tests/support/scripted/violation.hpp"

namespace scripted {

namespace {

constexpr std::size_t buffers_max = 64;  // what one sendmsg takes of Asio

}  // namespace

bool session::turn() {
  if (std::exchange(resume_is_due_, false)) {
    resume({});
    return true;
  }
  if (wait_ == waiting::none || !(is_cancelled_ || is_ready())) return false;
  wait_ = waiting::none;
  if (std::exchange(is_cancelled_, false))
    resume(boost::asio::error::operation_aborted);
  else
    resume({});
  return true;
}

void session::wake_without_reason() {
  if (wait_ == waiting::none || is_cancelled_) return;
  wait_ = waiting::none;
  resume({});
}

bool session::is_ready() const noexcept {
  if (stream_.reset) return true;
  if (wait_ == waiting::to_read) return !stream_.arrived.empty() || stream_.ended;
  return !stream_.takes_none || stream_.writes_fail;
}

void session::expect_open(const char* call) const {
  if (stream_.is_closed) violation(std::string(call) + " of a closed stream");
  if (stream_.is_broken) violation(std::string(call) + " of a stream that has failed");
}

void session::expect_usable(const char* call) const {
  expect_open(call);
  if (wait_ != waiting::none) violation(std::string(call) + " during a wait");
}

std::size_t session::read_some(std::span<char> into, error_code& failure) {
  expect_usable("read");
  expect(!into.empty(), "read into no room");
  expect(!stream_.read_end, "read behind the end of the stream");
  const std::size_t bytes = std::min(into.size(), stream_.arrived.size());
  if (stream_.reset) {
    stream_.is_broken = true;
    failure = boost::asio::error::connection_reset;
  } else if (bytes > 0) {
    std::memcpy(into.data(), stream_.arrived.data(), bytes);
    stream_.arrived.remove_prefix(bytes);
    failure = {};
    return bytes;
  } else if (stream_.ended) {
    stream_.read_end = true;
    failure = boost::asio::error::eof;
  } else {
    failure = boost::asio::error::would_block;
  }
  return 0;
}

std::size_t session::write_some(std::span<const boost::asio::const_buffer> from,
                                error_code& failure) {
  expect_usable("write");
  expect(!stream_.was_shut_down, "write after the shutting down");
  expect(!from.empty() && from.size() <= buffers_max, "a write of no buffer or of too many");
  if (stream_.reset || stream_.writes_fail) {
    stream_.is_broken = true;
    failure = boost::asio::error::broken_pipe;
    return 0;
  }
  if (stream_.takes_none) {
    failure = boost::asio::error::would_block;
    return 0;
  }
  failure = {};
  std::size_t offered = 0;
  for (const auto& piece : from) offered += piece.size();
  expect(offered > 0, "a write of nothing");
  std::size_t left = taken_of(offered);
  const std::size_t taken = left;
  for (const auto& piece : from) {
    const std::size_t bytes = std::min(left, piece.size());
    stream_.written.append(static_cast<const char*>(piece.data()), bytes);
    left -= bytes;
  }
  return taken;
}

std::size_t session::taken_of(std::size_t offered) noexcept {
  if (stream_.short_writes_left == 0 || offered <= stream_.write_max) return offered;
  --stream_.short_writes_left;
  stream_.takes_none = stream_.blocks_when_cut;
  return stream_.write_max;
}

void session::shut_down(error_code& failure) {
  expect_open("shutting down");  // while an idle one waits too, when the server stops
  expect(!stream_.was_shut_down, "shut down twice");
  stream_.was_shut_down = true;
  failure = {};
  if (stream_.shut_down_fails) {
    stream_.is_broken = true;
    failure = boost::asio::error::not_connected;
  }
}

bool session::has_unread() noexcept {
  return !stream_.arrived.empty();
}

void session::wait(readiness what) {
  expect_usable("wait");
  expect(!resume_is_due_, "a wait though it is to be resumed");
  expect(deadline() < clock::time_point::max(), "a wait without a deadline");
  wait_ = what == readiness::to_read ? waiting::to_read : waiting::to_write;
}

void session::cancel_wait() noexcept {
  is_cancelled_ = wait_ != waiting::none;
}

void session::resume_soon() noexcept {
  expect(wait_ == waiting::none && !resume_is_due_, "to be resumed twice");
  resume_is_due_ = true;
}

void session::close() noexcept {
  stream_.is_closed = true;
  cancel_wait();
}

void session::destroy() noexcept {
  expect(wait_ == waiting::none && !resume_is_due_, "destroyed during a wait");
  stream_.is_destroyed = true;
  delete this;
}

}  // namespace scripted
