// What a server holds when all clients are gone: nothing but what its pools keep warm.
#pragma once

#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "arena/arena_pool.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/wait_until.hpp"

inline std::uint64_t open_connections(const running_server& served) {
  return served.total([](const auto& thread) { return thread.connections.load(); });
}

/// As of each thread's latest tick.
inline std::uint64_t leased_arenas(const running_server& served) {
  return served.total([](const auto& thread) { return thread.memory.leased.load(); });
}

/// The most bytes of blocks that the pools may hold while no arena is leased.
inline std::uint64_t kept_bytes(const running_server& served) {
  constexpr std::size_t in_quarantine =
      arena::arena_pool::quarantine_arenas * arena::arena_pool::quarantine_bytes;
  const std::size_t first_block_bytes = arena::arena_options().first_block_bytes;
  return served.total([&](const auto& thread) {
    return thread.memory.idle.load() * first_block_bytes + thread.memory.idle_bytes.load() +
           in_quarantine;
  });
}

/// For when all clients are gone: no connection is left, no arena is leased, and the budget is
/// charged for no more than what the pools keep.
inline void expect_quiet(running_server& served) {
  EXPECT_TRUE(wait_until([&] { return open_connections(served) == 0; }))
      << open_connections(served) << " connections";
  EXPECT_TRUE(wait_until([&] { return leased_arenas(served) == 0; }))
      << leased_arenas(served) << " arenas leased";
  EXPECT_TRUE(wait_until([&] { return served.budget().used() <= kept_bytes(served); }))
      << served.budget().used() << " bytes charged, " << kept_bytes(served) << " kept";
}
