// Undoes chunked transfer coding (RFC 9112, section 7.1), a piece at a time and without memory.
// Our own, because Beast 1.81's parser throws on long trailers, asserts when the last chunk comes
// in pieces, and bounds neither trailers nor chunk extensions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace server {

class chunked_decoder {
 public:
  enum class outcome { data, need_more, done, malformed, too_long };
  struct step {
    outcome result;
    std::size_t consumed;   ///< bytes of the input that are done with
    std::string_view data;  ///< with outcome data: a view into the input
  };

  /// At most `extra_bytes_max` bytes of chunk extensions and trailers are taken, all together. They
  /// are checked and dropped: a trailer never becomes a field of the header (RFC 9110, section
  /// 6.5.1).
  explicit chunked_decoder(std::size_t extra_bytes_max) noexcept : extra_left_(extra_bytes_max) {}

  /// Takes the next bytes, up to the end of a run of data. To be called again with what was not
  /// consumed until it says need_more or done. After malformed or too_long it must not go on.
  step next(std::string_view input) noexcept;
  /// How many bytes of data the chunk that has begun is yet to bring.
  std::uint64_t announced() const noexcept { return state_ == state::data ? chunk_left_ : 0; }

 private:
  // What the next byte is, or may be the first of.
  enum class state : unsigned char {
    size_first,
    size,
    extension,
    extension_name,
    before_equals,
    before_value,
    token_value,
    quoted_value,
    quoted_pair,
    after_quote,
    before_semicolon,
    size_end,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_end,
    last_end,
    complete
  };

  outcome take(char byte) noexcept;
  outcome take_size(char byte) noexcept;
  outcome take_extension(char byte) noexcept;
  outcome take_value(char byte) noexcept;
  outcome take_trailer(char byte) noexcept;
  outcome go_on(state then) noexcept;
  outcome spend(state then) noexcept;
  outcome end_of_word(char byte, state after_space) noexcept;

  state state_ = state::size_first;
  std::uint64_t chunk_left_ = 0;
  std::size_t extra_left_;
};

}  // namespace server
