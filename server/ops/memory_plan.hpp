// How the memory that this process may use is divided, where no flag says so: connections, the
// kernel's socket buffers, and what requests may take beside the rows. A kernel that counts what it
// holds for a process (cgroup v2) kills the process for it, so it has its part too.
#pragma once

#include <cstddef>

namespace server::ops {

/// What the program takes itself: code, stacks, its heap, logs.
inline constexpr std::size_t process_bytes = std::size_t{12} << 20;

/// Of a process that may use `limit_bytes`.
class memory_plan {
 public:
  explicit memory_plan(std::size_t limit_bytes) noexcept : limit_bytes_(limit_bytes) {}

  /// As many as an eighth holds: 64 at least, 16384 at most.
  std::size_t connections_max() const noexcept;

  /// Of one connection, so that those of 64 together fill an eighth; 64 KiB at least. 0: the
  /// kernel's own bound, which is no larger.
  std::size_t receive_buffer_bytes() const noexcept;

  /// The other three quarters, less the process and `data_bytes` of rows; a sixteenth of it all at
  /// least, so that a server whose rows take too much still answers.
  std::size_t requests_bytes(std::size_t data_bytes) const noexcept;

  /// What is not there for requests and rows.
  std::size_t others_bytes() const noexcept { return process_bytes + limit_bytes_ / 4; }

 private:
  std::size_t limit_bytes_;
};

}  // namespace server::ops
