#include "loadtest/generator/endpoint.hpp"

#include <cstring>
#include <memory>
#include <stdexcept>

#include <netdb.h>

namespace generator {

endpoint resolve(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
  if (failure != 0) {
    throw std::runtime_error("cannot find the address of " + host + ": " + gai_strerror(failure));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  const addrinfo* chosen = list;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET) {
      chosen = entry;
      break;
    }
  }
  endpoint found;
  std::memcpy(&found.address, chosen->ai_addr, chosen->ai_addrlen);
  found.length = chosen->ai_addrlen;
  return found;
}

}  // namespace generator
