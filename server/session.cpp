#include "server/session.hpp"

#include <new>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <spdlog/spdlog.h>

#include "server/worker.hpp"

namespace server {

namespace {

// Requests of one connection that are answered before their responses are written. Deeper
// pipelines are served in turns of this length; it bounds the arenas that one connection holds.
constexpr std::size_t pipeline_max = 32;

// Asio passes at most 64 buffers to one sendmsg.
constexpr std::size_t gather_max = 64;

// How often a session reads before the thread's other connections have their turn.
constexpr int reads_per_turn = 16;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

// Serves Asio the session's own storage; one wait is outstanding at most.
template <class T>
struct operation_allocator {
  using value_type = T;

  explicit operation_allocator(std::span<std::byte> place) noexcept : storage(place) {}
  template <class U>
  operation_allocator(const operation_allocator<U>& other) noexcept : storage(other.storage) {}

  T* allocate(std::size_t count) {
    if (count * sizeof(T) > storage.size()) throw std::bad_alloc();
    return reinterpret_cast<T*>(storage.data());
  }
  void deallocate(T*, std::size_t) noexcept {}
  friend bool operator==(const operation_allocator& a, const operation_allocator& b) noexcept {
    return a.storage.data() == b.storage.data();
  }

  std::span<std::byte> storage;
};

}  // namespace

struct session::waiter {
  session* self;

  using allocator_type = operation_allocator<void>;
  allocator_type get_allocator() const noexcept { return allocator_type(self->operation_); }
  void operator()(boost::system::error_code failure) const { self->resume(failure); }
};

session::session(worker& owner, tcp_socket socket) : owner_(owner), socket_(std::move(socket)) {}

session::~session() = default;

void session::start() {
  wait_for_request();
}

void session::wait(tcp_socket::wait_type what) {
  socket_.async_wait(what, waiter{this});
}

// Every turn of the connection begins here.
void session::resume(boost::system::error_code failure) {
  if (failure && !expired_) return end();
  try {
    if (expired_) return answer_timeout();
    switch (phase_) {
      case phase::idle:
        current_ = exchange::begin(owner_.memory(), owner_.bounds());
        enter(phase::reading_header);
        return read();
      case phase::reading_header:
      case phase::reading_body:
        return read();
      case phase::writing:
        return write();
      case phase::lingering:
        return read_away();
    }
  } catch (const std::bad_alloc&) {
    // The machine itself is out of memory; there is no arena to build an answer in.
    spdlog::error("connection closed: out of memory");
    end();
  }
}

void session::enter(phase next) noexcept {
  phase_ = next;
  deadline(owner_.now() + owner_.timeout_of(next));
}

void session::wait_for_request() {
  if (owner_.draining()) return end();
  enter(phase::idle);
  wait(tcp_socket::wait_read);
}

void session::read() {
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    progress now = progress::failed;
    bool more_to_come = false;
    try {
      const std::span<char> room = current_->parser.room();
      boost::system::error_code failure;
      const std::size_t bytes =
          socket_.read_some(boost::asio::mutable_buffer(room.data(), room.size()), failure);
      if (failure == boost::asio::error::would_block) break;
      if (failure) return end();
      more_to_come = bytes == room.size();
      now = current_->parser.commit(bytes);
    } catch (const arena::allocation_limit_exceeded&) {
      // The parser says at which stage: 431 or 413.
    }
    answer_all(now);
    if (!ready_.empty()) return write();
    if (!more_to_come) break;
  }
  wait_for_bytes();
}

// Waits for the rest of a request, or, where none of it has come, for its beginning.
void session::wait_for_bytes() {
  if (!current_ || !current_->parser.started()) {
    current_.reset();
    return wait_for_request();
  }
  if (current_->parser.wants_continue() && !send_continue()) return end();
  if (current_->parser.in_body())
    enter(phase::reading_body);
  else if (phase_ != phase::reading_header)
    enter(phase::reading_header);
  wait(tcp_socket::wait_read);
}

// Answers what has come in whole, up to the depth of the pipeline.
void session::answer_all(progress now) {
  while (now == progress::complete && !closing_ && ready_.size() < pipeline_max) {
    answer_current();
    now = begin_next();
  }
  current_is_complete_ = now == progress::complete && current_ != nullptr;
  if (now == progress::failed) refuse_current(current_->parser.error());
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
  unread_input_ = true;
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
    answered.refuse(
        {http::status::service_unavailable, "Answering needs more memory than a request may use."});
    answered.answer.finish(owner_.date(), after, content);
  }
  owner_.record(answered);
  closing_ = closing_ || after == response::connection::close;
  ready_.push(std::move(current_));
}

// Starts the next request with the bytes that came in behind the one that was just answered.
session::progress session::begin_next() {
  const std::string_view left_over = ready_.back().parser.left_over();
  if (left_over.empty() || closing_) {
    unread_input_ = unread_input_ || !left_over.empty();
    return progress::need_more;
  }
  current_ = exchange::begin(owner_.memory(), owner_.bounds());
  try {
    return current_->parser.append(left_over);
  } catch (const arena::allocation_limit_exceeded&) {
    return progress::failed;
  }
}

void session::write() {
  while (!ready_.empty()) {
    std::array<boost::asio::const_buffer, gather_max> buffers;
    const std::size_t count = ready_.gather(buffers);
    boost::system::error_code failure;
    const std::size_t bytes = socket_.write_some(
        std::span<const boost::asio::const_buffer>(buffers.data(), count), failure);
    if (failure == boost::asio::error::would_block) {
      enter(phase::writing);
      return wait(tcp_socket::wait_write);
    }
    if (failure) return end();
    ready_.consume(bytes);
  }
  after_write();
}

void session::after_write() {
  if (closing_) return unread_input_ || owner_.draining() ? linger() : end();
  if (current_is_complete_) {
    answer_all(progress::complete);
    if (!ready_.empty()) return write();
  }
  wait_for_bytes();
}

// False if the socket does not take it whole, which a socket with nothing unsent always does.
bool session::send_continue() {
  boost::system::error_code failure;
  const std::size_t bytes = socket_.write_some(
      boost::asio::const_buffer(continue_response.data(), continue_response.size()), failure);
  current_->parser.continue_sent();
  return !failure && bytes == continue_response.size();
}

// Closes our side and reads away what the client still sends: a reset, which unread bytes at close
// would cause, could destroy the response before the client has read it (RFC 9112, section 9.6).
void session::linger() {
  boost::system::error_code failure;
  socket_.shutdown(tcp_socket::shutdown_send, failure);
  if (failure) return end();
  current_.reset();
  enter(phase::lingering);
  read_away();
}

void session::read_away() {
  for (int turn = 0; turn < reads_per_turn; ++turn) {
    boost::system::error_code failure;
    socket_.read_some(boost::asio::mutable_buffer(owner_.scratch().data(), owner_.scratch().size()),
                      failure);
    if (failure == boost::asio::error::would_block) break;
    if (failure) return end();
  }
  wait(tcp_socket::wait_read);
}

void session::answer_timeout() {
  const bool in_request = phase_ == phase::reading_header || phase_ == phase::reading_body;
  if (!std::exchange(expired_, false) || !in_request || !current_) return end();
  refuse_current({http::status::request_timeout, "The request did not arrive in time."});
  write();
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
