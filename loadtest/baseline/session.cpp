#include "loadtest/baseline/session.hpp"

#include <chrono>
#include <utility>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace baseline {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr auto operation_timeout = std::chrono::seconds(30);
constexpr std::uint64_t body_bytes_max = 8 * 1024 * 1024;
// Beast reads no more at a time than the buffer has room for: unreserved, 512 bytes.
constexpr std::size_t read_bytes = 16 * 1024;

http::status status_of(beast::error_code error) {
  if (error == http::error::body_limit) return http::status::payload_too_large;
  if (error == http::error::header_limit) return http::status::request_header_fields_too_large;
  return http::status::bad_request;
}

}  // namespace

session::session(tcp::socket&& socket) : stream_(std::move(socket)) {
  buffer_.reserve(read_bytes);
}

void session::read() {
  parser_.emplace();
  parser_->body_limit(body_bytes_max);
  stream_.expires_after(operation_timeout);
  http::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_read(error); });
}

void session::on_read(beast::error_code error) {
  if (error == http::error::end_of_stream) return close();
  if (error) return refuse(error);
  response_ = answer(parser_->get());
  write();
}

// What the client sent wrongly gets an answer; a connection that broke gets none.
void session::refuse(beast::error_code error) {
  const bool is_syntax =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (!is_syntax || error == http::error::partial_message) return;
  response_ = error_answer(status_of(error), error.message(), 11);
  response_.keep_alive(false);
  write();
}

void session::write() {
  stream_.expires_after(operation_timeout);
  http::async_write(
      stream_, response_,
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_write(error); });
}

void session::on_write(beast::error_code error) {
  if (error) return;  // the peer is gone; the socket closes with the session
  if (!response_.keep_alive()) return close();
  read();
}

void session::close() {
  beast::error_code already_closed;
  stream_.socket().shutdown(tcp::socket::shutdown_send, already_closed);
}

}  // namespace baseline
