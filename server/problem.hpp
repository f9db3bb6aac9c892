// What is wrong with a request, as a value: how the layers below report a client's mistake.
#pragma once

#include <chrono>
#include <string_view>

#include <boost/beast/http/status.hpp>

namespace server {

struct problem {
  boost::beast::http::status status;
  std::string_view detail;              ///< a string literal, or text in the request's memory
  std::chrono::seconds retry_after{0};  ///< when to try again; 0: there is no telling
};

}  // namespace server
