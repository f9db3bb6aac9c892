// baseline-server: the same work endpoints as a competent engineer writes them without arenas.
// Stock Beast and Boost.JSON, one io_context a thread, nothing slowed down and nothing tuned
// beyond what anyone would: the server that arena-server's figures are ratios to.

#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <functional>
#include <latch>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/signal_set.hpp>

#include "loadtest/baseline/listener.hpp"
#include "loadtest/heap_aging/heap_aging.hpp"

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct options {
  asio::ip::address address = asio::ip::make_address("127.0.0.1");
  std::uint16_t port = 8080;
  std::uint16_t threads = 1;
  bool age_heap = false;
};

std::uint16_t number(std::string_view name, std::string_view text, std::uint16_t least) {
  std::uint16_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || value < least) {
    throw std::invalid_argument(std::string(name) + ": not a number from " + std::to_string(least) +
                                " to 65535");
  }
  return value;
}

options parse(int argc, char** argv) {
  options result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--age-heap") {
      result.age_heap = true;
      continue;
    }
    if (name != "--address" && name != "--port" && name != "--threads") {
      throw std::invalid_argument(
          "usage: baseline-server [--address A] [--port N] [--threads N] [--age-heap]");
    }
    if (++i == argc) throw std::invalid_argument(std::string(name) + " needs a value");
    const std::string_view value = argv[i];
    if (name == "--address") result.address = asio::ip::make_address(value);
    if (name == "--port") result.port = number(name, value, 0);
    if (name == "--threads") result.threads = number(name, value, 1);
  }
  return result;
}

// One io_context and one listener for each thread; the first bind settles the port. The first
// context runs on the caller's thread.
class server {
 public:
  explicit server(const options& wanted) : ages_heap_(wanted.age_heap) {
    tcp::endpoint endpoint(wanted.address, wanted.port);
    for (unsigned i = 0; i < wanted.threads; ++i) {
      listeners_.emplace_back(contexts_.emplace_back(1), endpoint);
      endpoint = listeners_.front().endpoint();
    }
  }

  tcp::endpoint endpoint() const { return listeners_.front().endpoint(); }

  // Calls `ready` when every thread's heap has been aged, if that is wanted. Returns after SIGTERM
  // or SIGINT.
  void run(const std::function<void()>& ready) {
    asio::signal_set signals(contexts_.front(), SIGTERM, SIGINT);
    signals.async_wait([this](boost::system::error_code, int) {
      for (auto& context : contexts_) context.stop();
    });
    for (auto& listener : listeners_) listener.start();
    std::latch prepared(static_cast<std::ptrdiff_t>(contexts_.size()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < contexts_.size(); ++i) {
      threads.emplace_back([this, &prepared, &context = contexts_[i]] {
        prepare_heap();
        prepared.count_down();
        context.run();
      });
    }
    prepare_heap();
    prepared.arrive_and_wait();
    ready();
    contexts_.front().run();
  }

 private:
  // On the thread that will use it: glibc gives each an arena of its own.
  void prepare_heap() const noexcept {
    if (ages_heap_) heap_aging::age();
  }

  const bool ages_heap_;
  std::deque<asio::io_context> contexts_;
  std::deque<baseline::listener> listeners_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    server server(parse(argc, argv));
    server.run([bound = server.endpoint()] {
      std::fprintf(stderr, "baseline-server ready on %s:%u\n", bound.address().to_string().c_str(),
                   static_cast<unsigned>(bound.port()));
    });
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "baseline-server: %s\n", error.what());
    return 1;
  }
}
