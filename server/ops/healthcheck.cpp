#include "server/ops/healthcheck.hpp"

#include <array>
#include <sstream>
#include <string_view>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace server::ops {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Who listens on :: is reached by IPv4 where a container has nothing else.
std::vector<asio::ip::address> reachable(const asio::ip::address& bound) {
  if (!bound.is_unspecified()) return {bound};
  if (bound.is_v4()) return {asio::ip::address_v4::loopback()};
  return {asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
}

// One request and the beginning of its answer. What went wrong is in failure.
class probe {
 public:
  probe(asio::io_context& context, const tcp::endpoint& server) : socket_(context) {
    socket_.async_connect(server, [this](error_code result) {
      cannot_connect = result.failed();
      if (!failed(result)) send();
    });
  }

  bool alive() const { return line() == "HTTP/1.1 200"; }
  std::string_view line() const { return {answer_.data(), answer_bytes_}; }
  bool cannot_connect = false;
  bool ended = false;
  error_code failure;

 private:
  void send() {
    asio::async_write(socket_, asio::buffer(request), [this](error_code result, std::size_t) {
      if (!failed(result)) receive();
    });
  }
  void receive() {
    asio::async_read(socket_, asio::buffer(answer_), [this](error_code result, std::size_t bytes) {
      answer_bytes_ = bytes;
      if (!failed(result)) ended = true;
    });
  }
  bool failed(error_code result) {
    failure = result;
    ended = ended || result.failed();
    return result.failed();
  }

  static constexpr std::string_view request =
      "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  tcp::socket socket_;
  std::array<char, std::string_view("HTTP/1.1 200").size()> answer_{};
  std::size_t answer_bytes_ = 0;
};

struct finding {
  std::string line;
  int status;
  bool was_reached;
};

finding ask(const tcp::endpoint& server, std::chrono::milliseconds patience) {
  asio::io_context context;
  probe asked(context, server);
  context.run_for(patience);
  std::ostringstream line;
  line << "healthcheck: " << server << ": ";
  if (asked.alive())
    line << "alive";
  else if (!asked.ended)
    line << "no answer within " << patience.count() << " ms";
  else if (asked.failure)
    line << asked.failure.message();
  else
    line << "the answer is not 200";
  return {line.str(), asked.alive() ? 0 : 1, !asked.cannot_connect};
}

}  // namespace

int healthcheck(const std::string& address, std::uint16_t port, std::ostream& out,
                std::chrono::milliseconds patience) {
  error_code wrong;
  const auto bound = asio::ip::make_address(address, wrong);
  if (wrong) {
    out << "healthcheck: " << address << " is no IP address\n";
    return 1;
  }
  finding found{};
  for (const asio::ip::address& candidate : reachable(bound)) {
    found = ask({candidate, port}, patience);
    if (found.was_reached) break;
  }
  out << found.line << "\n";
  return found.status;
}

}  // namespace server::ops
