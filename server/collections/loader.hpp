// Files to collections. What cannot be loaded is reported as compilers do, FILE:LINE: REASON, so
// that an operator finds the place at once. Runs before the server takes requests, on the heap.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "server/collections/collection.hpp"

namespace server::collections {

/// Reads "FILE:LINE: REASON" with LINE from 1, or "FILE: REASON" if it is the file as a whole.
class load_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the collection from that file is called: the file's name without directory and extension.
std::string collection_name(const std::string& path);

/// Loads a file by its extension: .json (load_json), .ndjson or .jsonl (load_ndjson).
/// Throws load_error; also for a file that is missing, unreadable, empty or of another kind.
collection load_file(const std::string& path);

// In both, `origin` stands for FILE in errors, a UTF-8 byte order mark is skipped, and of members
// with the same name the last one wins. They throw load_error. Lifetime: all arguments may go.

/// An array of objects, or an object of which one member is such an array and no other an array.
collection load_json(std::string_view name, std::string_view text, std::string_view origin);

/// One object a line; lines end with LF or CRLF, the last perhaps with neither. Lines of white
/// space are skipped.
collection load_ndjson(std::string_view name, std::string_view text, std::string_view origin);

}  // namespace server::collections
