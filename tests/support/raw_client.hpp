// A client for tests that sends exactly the bytes it is given, over a blocking socket on loopback.
// It shares no code with the server. Every wait ends after a minute, or the time that the test
// gives, which fails the test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

struct raw_response {
  int status = 0;  ///< 0: the connection ended before a whole response
  std::string head;
  std::string body;

  /// The value of the field, or empty. Names are compared exactly.
  std::string field(std::string_view name) const;
};

class raw_client {
 public:
  /// `receive_buffer_bytes`: what the kernel takes in unread, at least; 0: as it likes.
  explicit raw_client(std::uint16_t port, std::chrono::seconds patience = std::chrono::minutes(1),
                      int receive_buffer_bytes = 0);
  ~raw_client();
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False if the server has closed the connection.
  bool send(std::string_view bytes);
  /// Sends no more; the server reads an end of file.
  void shut_down();
  /// Ends the connection by a reset; nothing may follow.
  void reset();
  enum class content { expected, none };  ///< none: the answer to HEAD
  raw_response receive(content body = content::expected);
  raw_response exchange(std::string_view bytes, content body = content::expected);
  /// Whether the server ends the connection, without sending anything further. After a receive()
  /// without a whole response: whether nothing of it had come.
  bool is_closed();
  /// Takes what there is, up to 64 KiB. False: the connection has ended.
  bool read_some() { return read_more(); }
  std::size_t bytes_unused() const { return received_.size(); }  ///< read, not yet received
  /// Whether something of the next response, or the end, comes within the time.
  bool hears_within(std::chrono::milliseconds bound);
  /// Whether the connection was reset: the server closed it without reading all that was sent.
  bool was_reset() const { return was_reset_; }

 private:
  bool read_more();

  int socket_;
  std::string received_;
  bool was_reset_ = false;
};

/// "GET PATH HTTP/1.1" with Host.
std::string get(std::string_view path);
/// "POST PATH HTTP/1.1" with Host and Content-Length.
std::string post(std::string_view path, std::string_view body);
