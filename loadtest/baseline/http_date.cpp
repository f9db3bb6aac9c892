#include "loadtest/baseline/http_date.hpp"

#include <ctime>

namespace baseline {

const std::string& http_date() {
  thread_local std::time_t formatted = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[64];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    formatted = now;
  }
  return text;
}

}  // namespace baseline
