#include "server/chunked_decoder.hpp"

#include <algorithm>

namespace server {

namespace {

int hex_digit(char byte) noexcept {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

bool allowed_in_line(char byte) noexcept {
  const auto code = static_cast<unsigned char>(byte);
  return byte == '\t' || (code >= 0x20 && code != 0x7f);
}

}  // namespace

chunked_decoder::step chunked_decoder::next(std::string_view input) noexcept {
  for (std::size_t at = 0; at < input.size(); ++at) {
    if (state_ == state::data) {
      const auto bytes =
          static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, input.size() - at));
      chunk_left_ -= bytes;
      if (chunk_left_ == 0) state_ = state::data_cr;
      return {outcome::data, at + bytes, input.substr(at, bytes)};
    }
    const outcome result = take(input[at]);
    if (result != outcome::need_more) return {result, at + 1, {}};
  }
  return {outcome::need_more, input.size(), {}};
}

chunked_decoder::outcome chunked_decoder::take(char byte) noexcept {
  switch (state_) {
    case state::size_first:
    case state::size:
      return take_size(byte);
    case state::extension:
      return take_extra(byte, state::size_end);
    case state::size_end:
      return expect(byte, '\n', chunk_left_ > 0 ? state::data : state::trailer_start);
    case state::data_cr:
      return expect(byte, '\r', state::data_lf);
    case state::data_lf:
      return expect(byte, '\n', state::size_first);
    case state::trailer_start:
      if (byte == '\r') return expect(byte, '\r', state::last_end);
      state_ = state::trailer;
      [[fallthrough]];
    case state::trailer:
      return take_extra(byte, state::trailer_end);
    case state::trailer_end:
      return expect(byte, '\n', state::trailer_start);
    case state::last_end:
      return expect(byte, '\n', state::complete) == outcome::need_more ? outcome::done
                                                                       : outcome::malformed;
    case state::data:
    case state::complete:
      break;
  }
  return outcome::malformed;
}

chunked_decoder::outcome chunked_decoder::take_size(char byte) noexcept {
  if (const int digit = hex_digit(byte); digit >= 0) {
    if (chunk_left_ >> 60 != 0) return outcome::malformed;  // the next digit would overflow
    if (state_ == state::size && chunk_left_ == 0 && extra_left_-- == 0) {
      extra_left_ = 0;
      return outcome::too_long;  // leading zeros without end
    }
    chunk_left_ = chunk_left_ << 4 | static_cast<unsigned>(digit);
    state_ = state::size;
    return outcome::need_more;
  }
  if (state_ == state::size_first) return outcome::malformed;
  if (byte == '\r') return expect(byte, '\r', state::size_end);
  if (byte != ';') return outcome::malformed;
  state_ = state::extension;
  return take_extra(byte, state::size_end);
}

// A byte of an extension or a trailer: bounded, and without control characters.
chunked_decoder::outcome chunked_decoder::take_extra(char byte, state at_cr) noexcept {
  if (byte == '\r') return expect(byte, '\r', at_cr);
  if (!allowed_in_line(byte)) return outcome::malformed;
  if (extra_left_ == 0) return outcome::too_long;
  --extra_left_;
  return outcome::need_more;
}

chunked_decoder::outcome chunked_decoder::expect(char byte, char wanted, state then) noexcept {
  if (byte != wanted) return outcome::malformed;
  state_ = then;
  return outcome::need_more;
}

}  // namespace server
