// What a client reads from a connection, as HTTP/1.1 has it and no byte else: status lines, fields,
// content of the length that was told. Shares no code with the server.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scripted {

struct response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  ///< but Date
  std::string body;
  bool operator==(const response&) const = default;

  /// The field's value; empty if it has none of that name.
  std::string_view field(std::string_view name) const;
  bool closes() const { return field("Connection") == "close"; }
};

/// Whether the answer to a request comes with its content, or was asked for by HEAD; `unknown`:
/// either will do, and it must be the last.
enum class content { sent, omitted, unknown };

struct reading {
  std::vector<response> responses;  ///< whole ones, without the interim ones
  std::size_t continues = 0;        ///< of 100 Continue
  bool is_cut = false;              ///< the last one is not all there
  std::string fault;                ///< why it is no sequence of responses; empty if it is one
};

/// `expected`: of the first responses; of further ones the content is unknown.
reading read_responses(std::string_view written, const std::vector<content>& expected);

}  // namespace scripted
