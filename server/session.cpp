#include "server/session.hpp"

#include <array>
#include <new>
#include <span>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include "server/worker.hpp"

namespace server {

namespace {

// What one connection may have answered but not sent: it bounds the arenas that a pipeline holds.
constexpr std::size_t pipeline_max = 32;
constexpr std::size_t pipeline_bytes_max = std::size_t{256} << 10;

// Asio passes at most 64 buffers to one sendmsg.
constexpr std::size_t gather_max = 64;

// After so many steps the thread's other connections have their turn.
constexpr int steps_per_turn = 64;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr problem out_of_time = {http::status::request_timeout,
                                 "The request did not arrive in time."};

}  // namespace

session::session(worker& owner, tcp_socket socket) : owner_(owner), socket_(std::move(socket)) {}

session::~session() = default;

void session::start() {
  wait(tcp_socket::wait_read);
}

void session::wait(tcp_socket::wait_type what) {
  if (std::exchange(deadline_is_due_, false)) deadline(clock::now() + owner_.timeout_of(phase_));
  socket_.async_wait(what,
                     waiting_.keep([this](boost::system::error_code failure) { resume(failure); }));
}

// Every turn of the connection begins here.
void session::resume(boost::system::error_code failure) {
  if (failure && !expired_) return end();
  try {
    if (std::exchange(expired_, false)) {
      const bool in_request = phase_ == phase::reading_header || phase_ == phase::reading_body;
      if (!in_request || !current_) return end();
      refuse_current(out_of_time);
      enter(next_phase());
    }
    run();
  } catch (const std::bad_alloc&) {
    // The machine itself is out of memory; there is no arena to build an answer in.
    spdlog::error("connection closed: out of memory");
    end();
  }
}

// Does what can be done without blocking, then waits for the socket or ends.
void session::run() {
  for (int steps = 0; steps < steps_per_turn; ++steps) {
    switch (step()) {
      case action::step:
        break;
      case action::wait_read:
        return wait(tcp_socket::wait_read);
      case action::wait_write:
        return wait(tcp_socket::wait_write);
      case action::end:
        return end();
    }
  }
  const bool reads = phase_ != phase::answering && phase_ != phase::writing;
  wait(reads ? tcp_socket::wait_read : tcp_socket::wait_write);
}

session::action session::step() {
  switch (phase_) {
    case phase::idle:
      begin_exchange();
      enter(phase::reading_header);
      return action::step;
    case phase::reading_header:
    case phase::reading_body:
      return read();
    case phase::answering:
      return answer();
    case phase::writing:
      return write();
    case phase::lingering:
      return linger();
  }
  return action::end;
}

// The phase follows from what the connection holds.
session::phase session::next_phase() const noexcept {
  const bool can_answer = current_ && current_->parser.complete() && !closing_;
  if (!ready_.empty() && (!can_answer || pipeline_is_full())) return phase::writing;
  if (closing_) return phase::lingering;
  if (can_answer) return phase::answering;
  if (!current_) return phase::idle;
  return current_->parser.in_body() ? phase::reading_body : phase::reading_header;
}

// A header and the lingering have one deadline for the whole; bodies and responses one a wait.
void session::enter(phase next) noexcept {
  if (next != phase_ || next == phase::reading_body || next == phase::writing)
    deadline_is_due_ = true;
  phase_ = next;
}

void session::begin_exchange() {
  current_ = exchange::begin(owner_.memory(), asked_last_, owner_.bounds());
}

session::action session::read() {
  progress now = progress::failed;
  try {
    const std::span<char> room = current_->parser.room();
    boost::system::error_code failure;
    const std::size_t bytes =
        socket_.read_some(boost::asio::mutable_buffer(room.data(), room.size()), failure);
    if (failure == boost::asio::error::would_block) return wait_for_bytes();
    if (failure) return action::end;
    now = current_->parser.commit(bytes);
    if (now == progress::need_more && bytes < room.size()) {
      enter(next_phase());
      return wait_for_bytes();  // there was no more: asking again would be a call for nothing
    }
  } catch (const arena::allocation_limit_exceeded&) {
    // The parser says at which stage: 431 or 413.
  }
  parsed(now);
  return action::step;
}

// Nothing more is there for now. Where no byte of a request has come, the connection is idle.
session::action session::wait_for_bytes() {
  if (!current_->parser.started()) {
    if (owner_.draining()) return action::end;
    current_.reset();
    phase_ = phase::idle;
    deadline_is_due_ = false;  // empty lines do not keep a connection: its deadline stands
  } else if (current_->parser.wants_continue()) {
    // A socket with nothing unsent takes these few bytes whole.
    boost::system::error_code failure;
    const std::size_t bytes = socket_.write_some(
        boost::asio::const_buffer(continue_response.data(), continue_response.size()), failure);
    if (failure || bytes < continue_response.size()) return action::end;
    current_->parser.continue_sent();
  }
  return action::wait_read;
}

void session::parsed(progress now) {
  if (now == progress::failed) refuse_current(current_->parser.error());
  enter(next_phase());
}

// Answers current_, and starts the next request with the bytes that came in behind it.
session::action session::answer() {
  answer_current();
  const std::string_view left_over = ready_.back().parser.left_over();
  if (closing_ || left_over.empty()) {
    enter(next_phase());
    return action::step;
  }
  begin_exchange();
  progress now = progress::failed;
  try {
    now = current_->parser.append(left_over);
  } catch (const arena::allocation_limit_exceeded&) {
    // As in read().
  }
  parsed(now);
  return action::step;
}

void session::answer_current() {
  current_->handle(owner_.routes());
  const bool keep_alive = current_->parser.keep_alive() && !owner_.draining();
  if (!keep_alive) return queue_current(response::connection::close);
  queue_current(current_->asked.version() >= 11 ? response::connection::keep_alive
                                                : response::connection::keep_alive_1_0);
}

void session::refuse_current(const problem& wrong) {
  current_->refuse(wrong);
  queue_current(response::connection::close);
}

// Puts the current exchange behind those whose response is ready to be sent.
void session::queue_current(response::connection after) {
  exchange& answered = *current_;
  const auto content = answered.asked.method() == http::verb::head ? response::content::omit
                                                                   : response::content::send;
  try {
    answered.answer.finish(owner_.date(), after, content);
  } catch (const arena::allocation_limit_exceeded&) {
    answered.refuse(out_of_request_memory);
    answered.answer.finish(owner_.date(), after, content);
  }
  owner_.record(answered);
  asked_last_ = answered.matched != nullptr ? answered.matched->index + 1 : 0;
  closing_ = closing_ || after == response::connection::close;
  ready_.push(std::move(current_));
}

bool session::pipeline_is_full() const noexcept {
  return ready_.size() >= pipeline_max || ready_.bytes() >= pipeline_bytes_max;
}

session::action session::write() {
  std::array<boost::asio::const_buffer, gather_max> buffers;
  const std::size_t count = ready_.gather(buffers);
  boost::system::error_code failure;
  const std::size_t bytes = socket_.write_some(
      std::span<const boost::asio::const_buffer>(buffers.data(), count), failure);
  if (failure == boost::asio::error::would_block) return action::wait_write;
  if (failure) return action::end;
  ready_.consume(bytes);
  if (current_ && !current_->parser.started()) current_.reset();
  enter(next_phase());
  if (phase_ == phase::idle && !owner_.draining()) return action::wait_read;
  if (phase_ == phase::idle) return action::end;
  if (phase_ == phase::reading_header || phase_ == phase::reading_body) return wait_for_bytes();
  if (phase_ == phase::answering) return action::wait_write;  // others first: one batch a turn
  if (phase_ == phase::lingering) socket_.shutdown(tcp_socket::shutdown_send, failure);
  return failure ? action::end : action::step;
}

// A reset, which unread bytes at close would cause, could destroy the response before the client
// has read it, so what the client still sends is read away first (RFC 9112, section 9.6).
session::action session::linger() {
  boost::system::error_code failure;
  socket_.read_some(boost::asio::mutable_buffer(owner_.scratch().data(), owner_.scratch().size()),
                    failure);
  if (failure == boost::asio::error::would_block) return action::wait_read;
  return failure ? action::end : action::step;
}

void session::expire() noexcept {
  deadline(clock::time_point::max());
  expired_ = true;
  boost::system::error_code ignored;  // cancelling a wait on an open socket does not fail
  socket_.cancel(ignored);
}

void session::drain() noexcept {
  boost::system::error_code failure;  // the connection is broken: then there is nothing to answer
  if (phase_ == phase::idle && socket_.available(failure) == 0) abort();
}

void session::abort() noexcept {
  boost::system::error_code ignored;  // the descriptor is gone whatever close() reports
  socket_.close(ignored);             // ends the outstanding wait, which ends the session
}

void session::end() noexcept {
  owner_.closed(*this);
}

}  // namespace server
