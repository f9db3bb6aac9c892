// One connection to the server and the request that is on it. Owned by a worker, which tells it
// when its socket is ready or its pace allows more, and is told what that led to. Knows nothing of
// schedules and histograms. Must never block.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/generator/endpoint.hpp"
#include "loadtest/generator/plan.hpp"
#include "loadtest/generator/response_parser.hpp"

namespace generator {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

/// A request on its way.
struct exchange {
  std::uint64_t number = 0;
  std::size_t stage = 0;
  std::size_t kind = 0;
  time_point due, sent;
  time_point answered;  ///< when the last byte of the answer had come
};

class connection {
 public:
  enum class state { down, connecting, idle, busy };
  /// What an event led to: `lost` is an idle connection that ended or spoke without being asked.
  enum class turn { none, connected, refused, answered, closed, malformed, lost };

  connection() = default;
  ~connection() { close(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Begins to connect; `receive_buffer_bytes` 0 leaves the size to the kernel. False: refused at
  /// once, the reason in errno.
  bool open(const endpoint& server, int receive_buffer_bytes);
  void close();

  /// Begins the request `bytes`, of which each is sent, and the answer read, at the kind's pace.
  /// Lifetime: `bytes` until the next of idle or down; `text_buffer()` may hold them.
  void send(const exchange& request, const request_kind& kind, std::string_view bytes,
            response_parser::body_kind answer);
  std::string& text_buffer() { return text_; }

  /// `scratch`: room to read into, shared by all connections of the worker.
  turn on_ready(std::uint32_t epoll_events, std::vector<char>& scratch);
  turn on_pace(time_point now, std::vector<char>& scratch);
  /// When on_pace must be called next, if the request has a pace.
  std::optional<time_point> pace_at() const;

  /// After `answered`: idle if the connection can carry another request, else it must be closed.
  bool may_go_on() const;
  void become_idle() { state_ = state::idle; }

  state now() const { return state_; }
  int socket() const { return socket_; }
  const exchange& request() const { return request_; }
  const response_parser& response() const { return parser_; }
  std::uint64_t bytes_received() const { return bytes_received_; }  ///< since it was made
  std::uint32_t openings() const { return openings_; }
  std::uint64_t answers() const { return answers_; }  ///< since it was opened

 private:
  struct pace {
    std::size_t piece_bytes = 0;  // 0: no pace
    std::chrono::nanoseconds gap{};
    std::optional<time_point> next;

    void set(std::uint64_t bytes_per_s);
  };

  turn on_connecting();
  void write(std::size_t bytes_max);
  turn read(std::vector<char>& scratch, std::size_t bytes_max, bool has_ended);
  turn take(std::string_view bytes);
  turn on_end();

  int socket_ = -1;
  state state_ = state::down;
  exchange request_;
  const request_kind* kind_ = nullptr;
  response_parser parser_;
  std::string text_;
  std::string_view unsent_;
  pace write_pace_, read_pace_;
  bool awaits_close_ = false;
  bool is_broken_ = false;  // cannot be written to any more
  bool has_small_buffer_ = false;
  std::uint64_t bytes_received_ = 0;
  std::uint64_t answers_ = 0;
  std::uint32_t openings_ = 0;
};

}  // namespace generator
