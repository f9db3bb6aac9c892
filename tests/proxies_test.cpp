// The real server behind nginx and HAProxy, which keep their connections to it. The proxies listen
// on Unix sockets in a temporary folder, since neither can pick a free port by itself.
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/child_process.hpp"
#include "tests/support/served_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wait_until.hpp"

namespace {

// What a proxy is called, its configuration, and how it is started on that file in the foreground.
struct proxy_kind {
  const char* name;
  std::string (*configuration)(const temporary_folder& folder, unsigned port);
  std::vector<std::string> (*command)(const std::string& file, const temporary_folder& folder);
};

std::string nginx_configuration(const temporary_folder& folder, unsigned port) {
  std::string text =
      "daemon off; master_process off; pid PLACE/nginx.pid; error_log stderr warn;\n"
      "events { worker_connections 256; }\n"
      "http {\n"
      "  access_log off;\n"
      "  client_body_temp_path PLACE/bodies; proxy_temp_path PLACE/answers;\n"
      "  fastcgi_temp_path PLACE/fastcgi; uwsgi_temp_path PLACE/uwsgi; scgi_temp_path PLACE/scgi;\n"
      "  client_max_body_size 10m;\n"
      "  upstream arena { server 127.0.0.1:PORT; keepalive 8; }\n"
      "  server {\n"
      "    listen unix:PLACE/front;\n"
      "    location / {\n"
      "      proxy_pass http://arena;\n"
      "      proxy_http_version 1.1;\n"
      "      proxy_set_header Connection \"\";\n"
      "      proxy_request_buffering off;\n"  // else what is chunked gets a Content-Length
      "    }\n"
      "  }\n"
      "}\n";
  for (std::size_t at; (at = text.find("PLACE/")) != text.npos;)
    text.replace(at, 6, folder.path(""));
  return text.replace(text.find("PORT"), 4, std::to_string(port));
}

std::string haproxy_configuration(const temporary_folder& folder, unsigned port) {
  return "global\n"
         "  maxconn 256\n"
         "defaults\n"
         "  mode http\n"
         "  timeout connect 10s\n"
         "  timeout client 30s\n"
         "  timeout server 30s\n"
         "  http-reuse always\n"
         "frontend front\n"
         "  bind unix@" +
         folder.path("front") +
         "\n"
         "  default_backend arena\n"
         "backend arena\n"
         "  retries 0\n"
         "  server one 127.0.0.1:" +
         std::to_string(port) + "\n";
}

const proxy_kind nginx = {
    "nginx", nginx_configuration, [](const std::string& file, const temporary_folder& folder) {
      return std::vector<std::string>{"/usr/sbin/nginx", "-p", folder.path(""), "-c", file};
    }};
const proxy_kind haproxy = {
    "haproxy", haproxy_configuration, [](const std::string& file, const temporary_folder&) {
      return std::vector<std::string>{"/usr/sbin/haproxy", "-db", "-f", file};
    }};

bool accepts_connections(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const bool connected =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

class Proxies : public testing::TestWithParam<proxy_kind> {
 protected:
  Proxies()
      : proxy_(GetParam().command(
            folder_.write("configuration", GetParam().configuration(folder_, served_.port())),
            folder_)) {}

  void SetUp() override {
    ASSERT_TRUE(wait_until(
        [&] { return accepts_connections(folder_.path("front")) || !proxy_.is_running(); }));
    ASSERT_TRUE(proxy_.is_running()) << proxy_.errors();
  }

  // What curl prints, through the proxy.
  std::string curl(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"curl",          "--disable",          "--silent",
                                        "--show-error",  "--max-time",         "60",
                                        "--unix-socket", folder_.path("front")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const finished_program done = run_program(command);
    EXPECT_EQ(done.status, 0) << done.errors << proxy_.errors();
    return done.output;
  }

  // The statuses of requests of which each needs `arguments`, many at a time.
  std::string statuses(std::vector<std::string> arguments) {
    for (const char* more : {"--parallel", "--parallel-max", "4", "--output", "/dev/null",
                             "--write-out", "%{http_code}\n"})
      arguments.emplace_back(more);
    return curl(arguments);
  }

  temporary_folder folder_;
  served_process served_;
  child_process proxy_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, Proxies, testing::Values(nginx, haproxy),
                         [](const auto& kind) { return std::string(kind.param.name); });

std::string repeated(const std::string& line, int times) {
  std::string all;
  while (times-- > 0) all += line;
  return all;
}

TEST_P(Proxies, PassAnswersOnUnchanged) {
  EXPECT_EQ(curl({"http://front/json"}), R"({"message":"Hello, World!"})");
  const std::string direct = run_program({"curl", "-s", served_.url("/items?count=20000")}).output;
  EXPECT_GT(direct.size(), 1'000'000u);
  EXPECT_TRUE(curl({"http://front/items?count=20000"}) == direct);
}

TEST_P(Proxies, PassBodiesOnUnchanged) {
  const std::string body = "[\"" + std::string(300'000, 'x') + "\"]";
  const std::string file = folder_.write("body", body);
  EXPECT_TRUE(curl({"--json", "@" + file, "http://front/echo"}) == body);
  EXPECT_TRUE(curl({"--header", "Transfer-Encoding: chunked", "--json", "@" + file,
                    "http://front/echo"}) == body);
}

TEST_P(Proxies, KeepFewConnectionsForManyRequests) {
  const std::string file = folder_.write("body", "[\"" + std::string(20'000, 'x') + "\"]");
  EXPECT_EQ(statuses({"http://front/items?count=[1-100]"}), repeated("200\n", 100));
  EXPECT_EQ(statuses({"--json", "@" + file, "http://front/echo?[1-50]"}), repeated("200\n", 50));
  EXPECT_EQ(statuses({"--header", "Transfer-Encoding: chunked", "--json", "@" + file,
                      "http://front/echo?[1-50]"}),
            repeated("200\n", 50));
  const std::size_t connections = served_.connections_seen().size();
  EXPECT_GE(connections, 1u);
  EXPECT_LE(connections, 12u) << "three runs of at most 4 requests at a time";
}

TEST_P(Proxies, PassErrorsOnAndKeepServing) {
  EXPECT_EQ(statuses({"http://front/nowhere?[1-20]"}), repeated("404\n", 20));
  EXPECT_EQ(statuses({"--json", "[1,", "http://front/echo?[1-20]"}), repeated("400\n", 20));
  EXPECT_EQ(statuses({"http://front/json?[1-20]"}), repeated("200\n", 20));
}

}  // namespace
