// One keep-alive connection: read a request, answer it, write, again. The chain of its pending
// operation owns it (shared_from_this); it lives on one io_context and so on one thread.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>

#include "loadtest/baseline/endpoints.hpp"

namespace baseline {

class session : public std::enable_shared_from_this<session> {
 public:
  explicit session(boost::asio::ip::tcp::socket&& socket);
  void start() { read(); }

 private:
  using string_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void read();
  void on_read(boost::beast::error_code error);
  void refuse(boost::beast::error_code error);
  void write();
  void on_write(boost::beast::error_code error);
  void close();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<string_parser> parser_;  // a parser serves one message
  string_response response_;
};

}  // namespace baseline
