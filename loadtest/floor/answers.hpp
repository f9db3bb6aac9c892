// The baked bytes: complete responses made before or at first use and never again. The loop thread
// owns them; they live as long as the process, so that a send may point straight into them. The
// Date field is that of the start: the floor pays for sending it, never for making it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace floor_server {

class answers {
 public:
  answers();

  // The whole response to a GET. Lifetime: the process.
  std::string_view get(std::string_view target);

  // Writes the head of an echo of `body_bytes` bytes to `out`, which holds at least
  // echo_head_bytes_max; returns its length.
  std::size_t echo_head(std::size_t body_bytes, char* out) const;
  static constexpr std::size_t echo_head_bytes_max = 256;

  std::string_view not_found() const { return not_found_; }

 private:
  std::string_view items(std::string_view count_text);

  std::string head_start_;  // status line, Server, Date, and the name of Content-Type
  std::string echo_start_;  // up to the number of Content-Length
  std::string plaintext_, json_, not_found_;
  std::map<std::size_t, std::string> items_;  // by count; nodes never move
};

}  // namespace floor_server
