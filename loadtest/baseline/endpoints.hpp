// The work endpoints as one writes them without arenas: std::string bodies and Boost.JSON values
// on its default storage. Pure functions from request to response; any thread may call them.
#pragma once

#include <string>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace baseline {

using string_request = boost::beast::http::request<boost::beast::http::string_body>;
using string_response = boost::beast::http::response<boost::beast::http::string_body>;

// Never throws for anything that the client sent; the response is prepared for sending.
string_response answer(const string_request& request);

// A complete error response. `version` is 10 or 11, as Beast counts.
string_response error_answer(boost::beast::http::status status, const std::string& reason,
                             unsigned version);

}  // namespace baseline
