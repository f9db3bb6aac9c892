// Files to collections. What cannot be loaded is reported as compilers do, FILE:LINE: REASON, so
// that an operator finds the place at once. Runs before the server takes requests and at a reload,
// on the heap, never on a request's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/collections/collection.hpp"
#include "server/collections/load_error.hpp"

namespace server::collections {

/// What the collection from that file is called: the file's name without directory and extension.
std::string collection_name(const std::string& path);

/// Of a folder the files of these kinds that are in it, in the order of their names, hidden ones
/// and deeper folders left out; of anything else the path itself. Throws load_error for a folder
/// that has none or cannot be read.
std::vector<std::string> data_files(const std::string& path);

/// What loading those files, or folders of them, takes, as far as their sizes tell.
struct loading_need {
  std::size_t files = 0;
  std::uintmax_t text_bytes = 0;  ///< of all
  std::uintmax_t rows_bytes = 0;  ///< at most, some one and a half of that
  std::uintmax_t most_bytes = 0;  ///< at once: rows, the largest file's text, of JSON its document
};
/// Throws what data_files() throws; what is missing counts nothing.
loading_need needed_to_load(const std::vector<std::string>& paths);

/// Loads a file by its extension: .json (load_json), .ndjson or .jsonl (load_ndjson), .csv
/// (load_csv). Throws load_error; also for a file that is missing, unreadable, empty or of another
/// kind.
collection load_file(const std::string& path);

// In all, `origin` stands for FILE in errors, and a UTF-8 byte order mark is skipped. They go
// through the rows twice, first to learn what the columns are and then to fill them, and log how
// far they are. They throw load_error. Lifetime: all arguments may go. O(bytes).
//
// In JSON each member that any row has is a column, in the order of first appearance. A column of
// integers alone, of texts alone, of booleans alone is of that kind; integers and reals together
// are reals if no integer would lose digits; everything else, integers above 64 bits with a sign
// too, is a column of documents. A member that a row does not have is null, and known to be absent.
// Of members with the same name the last one wins.

/// An array of objects, or an object of which one member is such an array and no other an array.
/// While it is loaded the file's document is held beside its text and the collection.
collection load_json(std::string_view name, std::string_view text, std::string_view origin);

/// One object a line; lines end with LF or CRLF, the last perhaps with neither. Lines of white
/// space are skipped. One line's document is held at a time.
collection load_ndjson(std::string_view name, std::string_view text, std::string_view origin);

/// RFC 4180 in UTF-8, with a header; lines may end with LF alone, and lines without a byte are
/// skipped. An empty field is null, in quotes or not. A column is of integers, reals (integers that
/// lose no digits among them) or booleans if all its fields can be read as such (csv_value.hpp),
/// else of texts. Nothing but the text and the collection is held.
collection load_csv(std::string_view name, std::string_view text, std::string_view origin);

}  // namespace server::collections
