// Ten thousand keep-alive connections to the real server that wait, and what each of them costs.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/raw_client.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/wait_until.hpp"

namespace {

constexpr std::size_t connections = 10'000;
constexpr std::size_t bytes_a_connection_max = 768;
constexpr rlim_t descriptors_needed = connections + 300;

#if defined(SANITIZED)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

// Of this process, and so of its children. False if the hard limit forbids it.
bool raise_descriptors() {
  rlimit bound{};
  ::getrlimit(RLIMIT_NOFILE, &bound);
  if (bound.rlim_cur >= descriptors_needed) return true;
  if (bound.rlim_max < descriptors_needed) return false;
  bound.rlim_cur = descriptors_needed;
  return ::setrlimit(RLIMIT_NOFILE, &bound) == 0;
}

using clients = std::vector<std::unique_ptr<raw_client>>;

clients connected(const served_process& served, std::size_t count) {
  clients all;
  while (all.size() < count) {
    all.push_back(std::make_unique<raw_client>(served.port()));
    if (all.back()->exchange(get("/json")).status != 200) throw std::runtime_error("not answered");
  }
  return all;
}

std::int64_t open_connections(const served_process& served) {
  return served.stats().at("connections").to_number<std::int64_t>();
}

TEST(IdleConnections, HoldNoArenaAndLittleMemory) {
  if (!raise_descriptors())
    GTEST_SKIP() << "the hard limit of descriptors is below " << descriptors_needed;
  served_process served({"--idle-timeout", "10m"});
  connected(served, 200).clear();
  // The one is the connection that asks.
  ASSERT_TRUE(wait_until([&] { return open_connections(served) == 1; }));
  const std::size_t before = served.resident_bytes();

  const clients idle = connected(served, connections);
  const std::size_t after = served.resident_bytes();
  EXPECT_EQ(open_connections(served), std::int64_t{connections} + 1);
  const double grown = after > before ? static_cast<double>(after - before) : 0.0;
  RecordProperty("bytes_a_connection", std::to_string(grown / connections));
  if (!is_sanitized) {
    EXPECT_LE(grown / connections, bytes_a_connection_max);
  }
  const auto leased = [&] { return served.stats().at("arenas").at("leased").to_number<int>(); };
  EXPECT_TRUE(wait_until([&] { return leased() == 0; }));

  for (std::size_t i = 0; i < connections; i += connections / 500)
    ASSERT_EQ(idle[i]->exchange(get("/plaintext")).body, "Hello, World!") << "connection " << i;
}

}  // namespace
