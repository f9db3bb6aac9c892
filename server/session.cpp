#include "server/session.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include "server/service.hpp"

namespace server {

namespace {

// Asio passes at most 64 buffers to one sendmsg.
constexpr std::size_t gather_max = 64;

// After so many steps the thread's other connections have their turn.
constexpr int steps_per_turn = 64;

// How often in a row a connection may be read that brings empty lines and no request.
constexpr int empty_reads_max = 16;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

// Where no memory may be taken. It has no content, so that it answers HEAD as well; Date is
// optional in a 5xx (RFC 9110, section 6.6.1).
constexpr std::string_view unavailable_response =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Server: arena-server\r\n"
    "Content-Length: 0\r\n"
    "Retry-After: 1\r\n"
    "Connection: close\r\n"
    "\r\n";

constexpr problem out_of_time = {http::status::request_timeout,
                                 "The request did not arrive in time."};

}  // namespace

session::~session() = default;

template <class Turn>
void session::guarded(Turn turn) {
  try {
    turn();
  } catch (const std::bad_alloc&) {
    // The machine itself is out of memory: not even a wait can be begun.
    spdlog::error("connection closed: out of memory");
    end();
  }
}

void session::start(admission as) {
  admission_ = as;
  owner_.begin_turn();
  retires_at_ = owner_.retirement();
  owner_.opened(*this, as);
  guarded([&] {
    if (as == admission::granted) return await(readiness::to_read);
    closing_ = true;
    last_words_ = unavailable_response;
    enter(phase::writing);
    run();
  });
}

void session::await(readiness what) {
  if (std::exchange(deadline_is_due_, false)) deadline(next_deadline());
  wait(what);
}

void session::resume(error_code failure) {
  if (aborted_ || (failure && !expired_)) return end();
  owner_.begin_turn();
  guarded([&] {
    if (std::exchange(expired_, false)) expired();
    if (phase_ == phase::handling) {
      current_->conclude(owner_.routes());
      conclude_answer();
    }
    run();
  });
}

// A request that is late is told so; there is nothing to say to anybody else.
void session::expired() {
  owner_.timed_out(phase_, is_too_slow_);
  const bool in_request = phase_ == phase::reading_header || phase_ == phase::reading_body;
  if (in_request && current_) {
    refuse_current(out_of_time);
    enter(next_phase());
  } else {
    aborted_ = true;
  }
}

// Does what can be done without blocking, then waits for the stream or ends.
void session::run() {
  for (int steps = 0; steps < steps_per_turn; ++steps) {
    switch (aborted_ ? action::end : step()) {
      case action::step:
        break;
      case action::wait_read:
        return await(readiness::to_read);
      case action::wait_write:
        return await(readiness::to_write);
      case action::suspend:
        return;
      case action::end:
        return end();
    }
  }
  const bool reads = phase_ != phase::answering && phase_ != phase::writing;
  await(reads ? readiness::to_read : readiness::to_write);
}

session::action session::step() {
  switch (phase_) {
    case phase::idle:
      begin_exchange();
      enter(next_phase());
      return action::step;
    case phase::reading_header:
    case phase::reading_body:
      return read();
    case phase::answering:
      return answer();
    case phase::handling:
      return action::suspend;
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
  if (!last_words_.empty()) return phase::writing;
  if (closing_) return phase::lingering;
  if (can_answer) return phase::answering;
  if (!current_) return phase::idle;
  return current_->parser.in_body() ? phase::reading_body : phase::reading_header;
}

// A header and the lingering have one deadline for the whole; bodies and responses one a wait.
void session::enter(phase next) noexcept {
  if (next != phase_) {
    phase_began_ = owner_.now();
    moved_bytes_ = 0;
    deadline_is_due_ = true;
  } else if (next == phase::reading_body || next == phase::writing) {
    deadline_is_due_ = true;
  }
  phase_ = next;
}

// The phase's timeout from now on, or, where that is earlier, when the bytes that have moved will
// be too few for the time.
session::clock::time_point session::next_deadline() noexcept {
  const auto timeout = owner_.timeout_of(phase_);
  const clock::time_point late = owner_.now() + timeout;
  is_too_slow_ = false;
  const std::size_t rate = owner_.rate_of(phase_);
  if (rate == 0) return late;
  // In whole seconds of the rate, rounded up: no more exact than the tick that looks.
  const std::chrono::seconds earned(std::min<std::size_t>(moved_bytes_ / rate + 1, 86'400));
  const clock::time_point slow = phase_began_ + timeout + earned;
  is_too_slow_ = slow < late;
  return is_too_slow_ ? slow : late;
}

void session::begin_exchange() {
  try {
    current_ = exchange::begin(owner_.memory(), asked_last_, owner_.bounds(), owner_.now());
  } catch (const std::bad_alloc&) {
    answer_without_memory();
  }
}

session::action session::read() {
  progress now = progress::failed;
  try {
    const std::span<char> room = current_->parser.room();
    error_code failure;
    const std::size_t bytes = read_some(room, failure);
    if (failure == boost::asio::error::would_block) return wait_for_bytes();
    if (failure) return action::end;
    owner_.received(bytes);
    moved_bytes_ += bytes;
    now = current_->parser.commit(bytes);
    if (!current_->parser.started() && ++empty_reads_ > empty_reads_max) return action::end;
    if (now == progress::need_more && bytes < room.size()) {
      enter(next_phase());
      return wait_for_bytes();  // there was no more: asking again would be a call for nothing
    }
  } catch (const arena::allocation_limit_exceeded&) {
    // The parser says at which stage: 431 or 413.
    owner_.refused(current_->parser.in_body() ? ops::refusal_stage::body
                                              : ops::refusal_stage::header);
  } catch (const std::bad_alloc&) {
    answer_without_memory();
  }
  parsed(now);
  return action::step;
}

// Nothing more is there for now. Where no byte of a request has come, the connection is idle.
session::action session::wait_for_bytes() {
  if (!current_->parser.started()) {
    current_.reset();
    if (owner_.draining()) return take_leave() ? action::wait_read : action::end;
    phase_ = phase::idle;
    deadline_is_due_ = false;  // empty lines do not keep a connection: its deadline stands
  } else if (current_->parser.wants_continue()) {
    return invite_body();
  }
  return action::wait_read;
}

// 100 Continue, but only for a body that somebody wants (RFC 9110, section 10.1.1).
session::action session::invite_body() {
  if (!current_->has_route(owner_.routes())) {
    current_->handle(owner_.routes(), *this);
    queue_current(response::connection::close);
    enter(next_phase());
    return action::step;
  }
  // A stream with nothing unsent takes these few bytes whole.
  const boost::asio::const_buffer interim(continue_response.data(), continue_response.size());
  error_code failure;
  const std::size_t bytes = write_some({&interim, 1}, failure);
  if (failure == boost::asio::error::would_block) return action::wait_write;
  if (failure || bytes < continue_response.size()) return action::end;
  owner_.sent(bytes);
  current_->parser.continue_sent();
  return action::wait_read;
}

void session::parsed(progress now) {
  if (now == progress::failed && current_) refuse_current(current_->parser.error());
  enter(next_phase());
}

session::action session::answer() {
  if (!ready_.empty() && current_->answers_later(owner_.routes())) {
    enter(phase::writing);  // what is ready does not wait for what may take long
    return action::step;
  }
  if (current_->handle(owner_.routes(), *this) == exchange::handled::later) {
    enter(phase::handling);
    deadline(clock::time_point::max());  // the handler's own affair
    return action::suspend;
  }
  conclude_answer();
  return action::step;
}

// Queues current_, which is answered, and starts the next request with the bytes that came in
// behind it.
void session::conclude_answer() {
  const bool keep_alive = current_->parser.keep_alive() && !current_->answer.closes() &&
                          owner_.keeps_connections() && owner_.now() < retires_at_;
  const auto kept = current_->asked.version() >= 11 ? response::connection::keep_alive
                                                    : response::connection::keep_alive_1_0;
  queue_current(keep_alive ? kept : response::connection::close);
  if (closing_ || ready_.empty() || ready_.back().parser.left_over().empty())
    return enter(next_phase());
  const std::string_view left_over = ready_.back().parser.left_over();
  begin_exchange();
  progress now = progress::failed;
  try {
    if (current_) now = current_->parser.append(left_over);
  } catch (const arena::allocation_limit_exceeded&) {
    owner_.refused(ops::refusal_stage::header);
  } catch (const std::bad_alloc&) {
    answer_without_memory();
  }
  parsed(now);
}

void session::refuse_current(const problem& wrong) {
  if (wrong.status == http::status::service_unavailable)
    owner_.refused(ops::refusal_stage::server_memory);
  current_->refuse(wrong);
  queue_current(response::connection::close);
}

// Puts the current exchange behind those whose response is ready to be sent.
void session::queue_current(response::connection after) {
  current_->finish(owner_.common_fields(), after);
  if (current_->unanswerable()) return answer_without_memory();
  if (current_->out_of_memory()) owner_.refused(ops::refusal_stage::handler);
  empty_reads_ = 0;
  const route* const matched = current_->matched;
  asked_last_ = matched != nullptr ? static_cast<std::uint32_t>(matched->index + 1) : 0;
  closing_ = closing_ || after == response::connection::close;
  ready_.push(std::move(current_));
}

// The server's memory is spent, or the machine's.
void session::answer_without_memory() noexcept {
  owner_.refused(ops::refusal_stage::server_memory);
  last_words_ = unavailable_response;
  if (current_) {
    current_->answer.status(http::status::service_unavailable);
    owner_.answered(*this, *current_, last_words_.size(), ops::access_entry::completeness::whole);
    current_.reset();
  }
  closing_ = true;
}

bool session::pipeline_is_full() const noexcept {
  return ready_.size() >= owner_.bounds().pipeline_depth_max ||
         ready_.held_bytes() >= owner_.bounds().pipeline_bytes_max;
}

session::action session::write() {
  std::array<boost::asio::const_buffer, gather_max> buffers;
  std::size_t count = ready_.gather(buffers);
  if (count == 0) buffers[count++] = {last_words_.data(), last_words_.size()};
  const bool says_last_words = ready_.empty();
  error_code failure;
  const std::size_t bytes = write_some({buffers.data(), count}, failure);
  if (failure == boost::asio::error::would_block) return action::wait_write;
  if (failure) return action::end;
  owner_.begin_turn();  // handlers may have taken their time
  if (moved_bytes_ == 0) phase_began_ = owner_.now();
  moved_bytes_ += bytes;
  if (says_last_words)
    last_words_.remove_prefix(bytes);
  else
    ready_.consume(bytes, [this](const exchange& sent, std::size_t all) {
      owner_.answered(*this, sent, all, ops::access_entry::completeness::whole);
    });
  if (current_ && !current_->parser.started()) current_.reset();
  closing_ = closing_ || (owner_.draining() && !current_ && ready_.empty());
  enter(next_phase());
  if (phase_ == phase::idle) return action::wait_read;
  if (phase_ == phase::reading_header || phase_ == phase::reading_body) return wait_for_bytes();
  if (phase_ == phase::answering) return action::wait_write;  // others first: one batch a turn
  if (phase_ == phase::lingering) shut_down(failure);
  return failure ? action::end : action::step;
}

// A reset, which unread bytes at close would cause, could destroy the response before the client
// has read it, so what the client still sends is read away first (RFC 9112, section 9.6).
session::action session::linger() {
  error_code failure;
  read_some(owner_.scratch(), failure);
  if (failure == boost::asio::error::would_block) return action::wait_read;
  return failure ? action::end : action::step;
}

void session::expire() noexcept {
  deadline(clock::time_point::max());
  expired_ = true;
  cancel_wait();
}

void session::drain() noexcept {
  if (phase_ != phase::idle || has_unread()) return;
  if (!take_leave()) return abort();
  deadline_is_due_ = false;  // it waits already
  deadline(next_deadline());
}

// Without a request there is nothing to say. A request that crosses this meets the end of the
// stream and not a reset, and so is known to be safe to repeat.
bool session::take_leave() noexcept {
  closing_ = true;
  enter(phase::lingering);
  error_code failure;
  shut_down(failure);
  return !failure;
}

void session::abort() noexcept {
  aborted_ = true;
  close();  // ends the outstanding wait, which ends the session
}

void session::end() noexcept {
  ready_.abandon([this](const exchange& cut, std::size_t sent) {
    owner_.answered(*this, cut, sent, ops::access_entry::completeness::cut);
  });
  if (current_ && phase_ == phase::handling)
    owner_.answered(*this, *current_, 0, ops::access_entry::completeness::cut);
  current_.reset();
  service& owner = owner_;
  const admission as = admission_;
  destroy();
  owner.closed(as);
}

}  // namespace server
