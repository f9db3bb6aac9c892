// Cuts a CSV text into records and fields, as RFC 4180 has it: fields in quotes may hold commas,
// line ends and, doubled, quotes; lines end with CRLF or LF. What that grammar has no room for is
// an error, never a guess. Used while loading, on the heap.
#pragma once

#include <cstddef>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace server::collections {

/// What is wrong with a CSV text, and in which line.
class csv_error : public std::runtime_error {
 public:
  csv_error(std::size_t at_line, const std::string& reason)
      : std::runtime_error(reason), line(at_line) {}

  const std::size_t line;  ///< from 1
};

class csv_reader {
 public:
  /// Lifetime: `text` must outlive the reader.
  explicit csv_reader(std::string_view text) noexcept : text_(text) {}

  /// Replaces `fields` by those of the next record, at least one; false at the end. Lines without a
  /// byte are passed over. Throws csv_error.
  /// Lifetime of the views: until the next call, or the text's where no quote was doubled.
  /// O(record).
  bool next(std::vector<std::string_view>& fields);
  /// The line in which the record that was read last begins.
  std::size_t line() const noexcept { return record_line_; }
  /// How much of the text has been read.
  std::size_t offset_bytes() const noexcept { return at_; }

 private:
  std::string_view take_field();
  std::string_view take_quoted();
  void expect_record_end();
  bool skip(char expected) noexcept;
  bool skip_line_end() noexcept;

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t record_line_ = 0;
  std::deque<std::string> unescaped_;  // fields of the record that held doubled quotes
};

}  // namespace server::collections
