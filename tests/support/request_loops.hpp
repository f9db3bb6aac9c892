// Clients that send one request after another, each on a thread and a connection of its own, and
// sort what becomes of them. A connection that ends is replaced until the server refuses new ones.
// Owned by the test; its threads end with stop() or with the server.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/raw_client.hpp"

class request_loops {
 public:
  /// `answered` sees each answer with status 200, from any of the threads.
  request_loops(
      std::uint16_t port, int clients, std::string request,
      std::function<void(const raw_response&)> answered = [](const raw_response&) {});
  ~request_loops() { stop(); }
  request_loops(const request_loops&) = delete;
  request_loops& operator=(const request_loops&) = delete;

  void stop();              ///< after the answers that are outstanding
  void wait_for_the_end();  ///< until the server accepts no more, or is silent for a minute

  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> answers = 0;         ///< whole, with status 200
  std::atomic<std::size_t> other_statuses = 0;  ///< whole, with another status
  /// The server ended a connection between two requests, cleanly, while the next was on its way:
  /// HTTP cannot exclude that, and a client sends such a request again.
  std::atomic<std::size_t> idle_ends = 0;
  /// A connection ended before its first answer began: it may never have left the backlog.
  std::atomic<std::size_t> unserved_connections = 0;
  std::atomic<std::size_t> resets = 0;    ///< between two requests, not cleanly
  std::atomic<std::size_t> cut = 0;       ///< a part of an answer came
  std::atomic<std::size_t> silences = 0;  ///< neither answer nor end within a minute

 private:
  void run();
  void talk(raw_client& client);
  void ended(raw_client& client, std::size_t answered_here);

  const std::uint16_t port_;
  const std::string request_;
  const std::function<void(const raw_response&)> answered_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
};
