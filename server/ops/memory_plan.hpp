// How the memory that this process may use is divided, where no flag says so: connections, what the
// kernel holds for them, and what requests may take beside the rows. A kernel that counts what it
// holds (cgroup v2) kills the process for it, so it has its part too. That of answers on their way
// is not bounded here: it grows with what a connection really carries.
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

  /// Of one connection, so that those of 64 together fill an eighth; 64 KiB at least. 0 from 2 GiB
  /// on: the kernel's own bound will do. Less comes of it where net.core.rmem_max is lower.
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
