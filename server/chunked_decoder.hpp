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

  /// At most `extra_bytes_max` bytes of chunk extensions and trailers are taken, all together.
  explicit chunked_decoder(std::size_t extra_bytes_max) noexcept : extra_left_(extra_bytes_max) {}

  /// Takes the next bytes, up to the end of a run of data. To be called again with what was not
  /// consumed until it says need_more or done. After malformed or too_long it must not go on.
  step next(std::string_view input) noexcept;

 private:
  enum class state {
    size_first,
    size,
    extension,
    size_end,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_end,
    last_end,
    complete
  };

  outcome take(char byte) noexcept;
  outcome take_size(char byte) noexcept;
  outcome take_extra(char byte, state at_cr) noexcept;
  outcome expect(char byte, char wanted, state then) noexcept;

  state state_ = state::size_first;
  std::uint64_t chunk_left_ = 0;
  std::size_t extra_left_;
};

}  // namespace server
