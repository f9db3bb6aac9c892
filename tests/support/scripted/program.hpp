// Byte strings as lives of a connection: three bytes of settings, a short program of steps, and
// what the client sends. Every byte string is a valid one, so that a fuzzer can write them; one
// does the same in every run.
//
//   byte 0: 0-2 memory strategy, 3 there is no place for the connection, 4 the client never ends
//           its side, 5 small limits, 6 writes that are taken in part then block, 7 the memory is
//           warm from another connection
//   byte 1: 0-3 the server's memory budget, 4-7 the request's
//   byte 2: how many bytes of steps follow (of which each is a step; see run_of)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.hpp"
#include "tests/support/scripted/routes.hpp"

namespace scripted {

struct connection_program {
  explicit connection_program(std::span<const std::uint8_t> input);

  /// Of the settings, where nothing is said otherwise.
  static constexpr std::size_t unlimited_bytes = std::size_t{64} << 20;

  server::config settings;
  std::size_t budget_bytes = unlimited_bytes;
  bool is_refused = false;
  bool never_ends = false;
  bool blocks_when_cut = false;
  bool is_warm = false;
  std::vector<std::uint8_t> steps;
  std::string_view sent;

  /// Whether the answers follow from what is sent alone: no limit on memory, no event but that
  /// pieces arrive, writes are cut and handlers answer, no time.
  bool is_plain() const;
  /// The same bytes in one piece, written at once, on another kind of memory.
  connection_program in_one_piece() const;
};

/// What came of it.
struct outcome {
  std::string written;
  std::vector<handled_request> handled;
  bool may_be_cut = false;     ///< something happened that ends a connection at once
  bool was_shut_down = false;  ///< by the server
  bool was_drained = false;  ///< the server stopped: it shuts down without a word where it is idle
};

/// Runs it to the session's end; what may not be ends the process.
outcome run(const connection_program& program);

}  // namespace scripted
