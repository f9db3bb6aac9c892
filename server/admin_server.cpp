#include "server/admin_server.hpp"

#include <chrono>

namespace server {

namespace {

config settings_of(const config& main) {
  config own;
  own.address = main.address;
  own.port = main.admin_port.value();
  own.threads = 1;
  own.memory_max_bytes = std::size_t{8} << 20;  // some fifty answers of /metrics at once
  own.connections_max = 64;                     // probes and scrapers, a few of each
  own.receive_buffer_bytes = std::size_t{64} << 10;
  own.times.drain = std::chrono::milliseconds(500);  // it goes last, when nobody is left to tell
  return own;
}

router routes_of(const std::function<void(router&)>& add_routes) {
  router made;
  add_routes(made);
  return made;
}

}  // namespace

admin_server::admin_server(const config& settings, const std::function<void(router&)>& add_routes)
    : settings_(settings_of(settings)),
      routes_(routes_of(add_routes)),
      budget_(make_budget(settings_)),
      http_(settings_, routes_, counted_, ready_, budget_) {}

}  // namespace server
