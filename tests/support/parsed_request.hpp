// A request parsed outside any server, for unit tests.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "server/limits.hpp"
#include "server/request.hpp"
#include "server/request_memory.hpp"
#include "server/request_parser.hpp"

class parsed_request {
 public:
  using progress = server::request_parser::progress;

  explicit parsed_request(server::memory_strategy strategy = server::memory_strategy::arena,
                          server::limits bounds = {.header_bytes_max = 16384,
                                                   .body_bytes_max = 1 << 20},
                          std::size_t memory_max_bytes = std::size_t{64} << 20)
      : bounds_(bounds),
        source_(server::memory_source::create(strategy, memory_max_bytes)),
        memory_(source_->begin(0)),
        asked(memory_),
        parser(asked, memory_, bounds_) {}

  /// Gives `input` to the parser as a socket would, at most `piece_bytes` a read.
  progress feed(std::string_view input, std::size_t piece_bytes = std::size_t(-1)) {
    progress now = progress::need_more;
    while (!input.empty() && now == progress::need_more) {
      const auto room = parser.room();
      const std::size_t bytes = std::min({room.size(), input.size(), piece_bytes});
      std::copy_n(input.begin(), bytes, room.begin());
      input.remove_prefix(bytes);
      now = parser.commit(bytes);
    }
    unread = input;
    return now;
  }

 private:
  server::limits bounds_;
  std::unique_ptr<server::memory_source> source_;
  server::request_memory memory_;

 public:
  server::request asked;
  server::request_parser parser;
  std::string_view unread;  ///< what feed() did not get to
};
