// The table of the conformance suite: one rule of HTTP a case. A case is the bytes of a client, the
// answers that they must get, and whether the connection then goes on. Its rows stand in the files
// beside this one, by topic; tests/conformance_test.cpp delivers each of them in many ways.
// Pure data, made once by the test program's main thread; never touches a socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/raw_client.hpp"

namespace conformance {

struct answer {
  int status = 0;
  std::vector<std::string> fields = {};  ///< "Name: value", or "Name" where any value will do
  std::optional<std::string> body = {};  ///< exact, where it matters
  raw_client::content body_of = raw_client::content::expected;  ///< none: the request is a HEAD
};

/// What becomes of the connection: the next request on it is answered, or it ends without a byte.
enum class after { stays, closes };

/// Whether a 100 that the case does not list may come when the body lags behind the header: it need
/// not where some of the body is there (RFC 9110, section 10.1.1).
enum class interim { as_listed, may_come_when_cut };

struct http_case {
  std::string name;     ///< a sentence of behaviour
  std::string section;  ///< of the RFC that says so
  std::string sent = {};
  std::vector<answer> answers = {};
  after connection = after::stays;
  std::string sent_next = {};  ///< sent once all of `answers` have come
  std::vector<answer> answers_next = {};
  interim continues = interim::as_listed;
  bool withholds_body = false;  ///< so that nothing may follow: it would be taken for the body
};

using cases = std::vector<http_case>;

// The topics.
cases request_line_cases();
cases version_cases();
cases target_cases();
cases target_form_cases();
cases field_cases();
cases host_cases();
cases length_cases();
cases coding_cases();
cases chunk_cases();
cases chunk_extension_cases();
cases trailer_cases();
cases connection_cases();
cases method_cases();
cases media_type_cases();
cases expect_cases();
cases limit_cases();
cases pipelining_cases();

/// What the server under test is held to: small, though more than its first read, which takes 4096
/// bytes.
namespace bounds {
inline constexpr std::size_t header_bytes_max = 5000;
inline constexpr std::size_t body_bytes_max = 6000;
inline constexpr std::size_t header_fields_max = 40;
inline constexpr std::size_t target_bytes_max = 512;
}  // namespace bounds

inline constexpr std::string_view hello = "Hello, World!";  ///< the body of /plaintext

// Kinds of cases.

/// 200 with the body of /plaintext, and the connection goes on.
http_case served(std::string name, std::string section, std::string sent);
/// 200 with the body [1], and the connection goes on.
http_case echoed(std::string name, std::string section, std::string sent);
/// Any status, and the connection goes on.
http_case answered(std::string name, std::string section, int status, std::string sent);
/// Any status, and the connection ends.
http_case refused(std::string name, std::string section, int status, std::string sent);
/// The case, but the connection ends.
http_case closing(http_case given);
/// The case, whose body is announced and does not come.
http_case withholding_body(http_case given);
/// The case, whose last answer must have the field, too.
http_case requiring(std::string field, http_case given);

// Requests, whole and in bytes.

/// The request line, then Host.
std::string with_line(std::string_view line);
/// GET of a target.
std::string with_target(std::string_view target);
/// GET /plaintext with a field line behind Host.
std::string with_field(std::string_view field);
/// GET /plaintext with this value of Host.
std::string with_host(std::string_view value);
/// POST /echo with a field line behind Host.
std::string echo(std::string_view field, std::string_view body);
/// POST /echo with a chunked body, all of whose bytes are given.
std::string chunked(std::string_view body);

}  // namespace conformance
