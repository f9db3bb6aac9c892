// One keep-alive connection: reads what has come, finds every complete request in it, and answers
// all of them with one send. Pieces point into the baked answers or, for an echo, into the input,
// which therefore stays in place until the last byte has left. Belongs to the loop's one thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "loadtest/floor/answers.hpp"

namespace floor_server {

class connection {
 public:
  enum class next { read, write, close };

  connection(int socket, answers& baked);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // What to wait for afterwards; on `close` the caller destroys the connection.
  next on_readable();
  next on_writable();

  int socket() const { return socket_; }
  next waits_for() const { return waits_for_; }
  void waits_for(next state) { waits_for_ = state; }

 private:
  struct request_head {
    std::string_view method, target;
    std::size_t head_bytes = 0, body_bytes = 0;
  };
  enum class parsed { complete, partial, malformed };

  parsed parse(request_head& request) const;
  void answer(const request_head& request);
  void add_piece(std::string_view bytes);
  bool has_room() const;
  next answer_all();
  next send_pieces();
  void forget_answered();

  static constexpr std::size_t echoes_max = 16;   // heads kept between two sends
  static constexpr std::size_t pieces_max = 512;  // below IOV_MAX

  int socket_;
  answers& answers_;
  next waits_for_ = next::read;
  std::vector<char> input_;
  std::size_t input_end_ = 0;  // bytes received
  std::size_t answered_ = 0;   // bytes of requests whose answers are among the pieces
  std::vector<iovec> pieces_;
  std::size_t first_unsent_ = 0;
  std::vector<std::array<char, answers::echo_head_bytes_max>> echo_heads_;
};

}  // namespace floor_server
