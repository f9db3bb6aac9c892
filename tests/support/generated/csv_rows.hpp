// CSV as RFC 4180 has it, read for tests without any of the server's code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The records with the header's, each a list of fields without their quotes.
inline std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  bool is_quoted = false;
  bool begins_row = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_row) rows.emplace_back().emplace_back();
    begins_row = false;
    std::string& field = rows.back().back();
    if (text[at] == '"' && is_quoted && text.substr(at + 1).starts_with('"'))
      field += text[++at];
    else if (text[at] == '"')
      is_quoted = !is_quoted;
    else if (is_quoted)
      field += text[at];
    else if (text[at] == ',')
      rows.back().emplace_back();
    else if (text[at] == '\n')
      begins_row = true;
    else if (text[at] != '\r')
      field += text[at];
  }
  return rows;
}
