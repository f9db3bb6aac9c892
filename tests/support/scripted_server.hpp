// A server for tests of clients: one thread, one epoll loop, answers that the test's script makes.
// It notes when and on which connection each request and each piece of it came. Owned by the test;
// the script runs on the server's thread, and what was noted may be read after stop().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

struct scripted_request {
  std::string head, body;
  std::size_t connection = 0;  ///< numbered from 0 in the order of their coming
  std::chrono::steady_clock::time_point came;
};

struct scripted_answer {
  enum class then { stay, close };
  std::string bytes;  ///< empty: no answer
  then next = then::stay;
};

class scripted_server {
 public:
  using script = std::function<scripted_answer(const scripted_request&)>;
  /// `send_buffer_bytes`: what the kernel takes over unsent, about; 0: as it likes.
  explicit scripted_server(script answer, int send_buffer_bytes = 0);
  ~scripted_server() { stop(); }
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  void stop();
  std::uint16_t port() const { return port_; }

  struct transfer {
    std::chrono::steady_clock::time_point at;
    std::size_t bytes;
  };
  std::vector<scripted_request> requests;
  std::vector<transfer> received, sent;
  std::size_t connections = 0;

 private:
  struct client {
    std::size_t number;
    std::string input, output;
    scripted_answer::then next = scripted_answer::then::stay;
  };
  void loop();
  void accept_all();
  void serve(int socket);
  void answer_all(client& on);
  bool flush(int socket, client& on);  // false: the connection is to be closed

  script answer_;
  int send_buffer_bytes_;
  int listener_, epoll_, stop_;
  std::uint16_t port_ = 0;
  std::map<int, client> clients_;
  std::thread thread_;
};

/// "HTTP/1.1 200 OK" with Content-Length.
std::string ok_answer(const std::string& body);
