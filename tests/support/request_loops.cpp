#include "tests/support/request_loops.hpp"

#include <system_error>
#include <utility>

request_loops::request_loops(std::uint16_t port, int clients, std::string request,
                             std::function<void(const raw_response&)> answered)
    : port_(port), request_(std::move(request)), answered_(std::move(answered)) {
  for (int i = 0; i < clients; ++i) threads_.emplace_back([this] { run(); });
}

void request_loops::stop() {
  stopping_ = true;
  wait_for_the_end();
}

void request_loops::wait_for_the_end() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void request_loops::run() {
  try {
    while (!stopping_) {
      raw_client client(port_);
      ++connections;
      talk(client);
    }
  } catch (const std::system_error& failure) {
    const bool refused = failure.code() == std::errc::connection_refused ||
                         failure.code() == std::errc::connection_reset;
    if (!refused) ++silences;
  }
}

void request_loops::talk(raw_client& client) {
  for (std::size_t answered_here = 0; !stopping_; ++answered_here) {
    const bool sent = client.send(request_);
    const raw_response answer = client.receive();
    if (answer.status == 0) {
      // What could not be sent whole was not asked.
      return sent || client.was_reset() ? ended(client, answered_here) : void();
    }
    if (answer.status == 200) {
      ++answers;
      answered_(answer);
    } else {
      ++other_statuses;
    }
    if (answer.field("Connection") == "close") return;
  }
}

void request_loops::ended(raw_client& client, std::size_t answered_here) {
  if (!client.is_closed())
    ++cut;
  else if (answered_here == 0)
    ++unserved_connections;
  else
    ++(client.was_reset() ? resets : idle_ends);
}
