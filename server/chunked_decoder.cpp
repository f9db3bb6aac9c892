#include "server/chunked_decoder.hpp"

#include <algorithm>

#include "server/character_classes.hpp"

namespace server {

namespace {

int hex_digit(char byte) noexcept {
  if (is_digit(byte)) return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
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
    case state::extension_name:
    case state::before_equals:
    case state::before_semicolon:
      return take_extension(byte);
    case state::before_value:
    case state::token_value:
    case state::quoted_value:
    case state::quoted_pair:
    case state::after_quote:
      return take_value(byte);
    case state::size_end:
      if (byte != '\n') return outcome::malformed;
      return go_on(chunk_left_ > 0 ? state::data : state::trailer_first);
    case state::data_cr:
      return byte == '\r' ? go_on(state::data_lf) : outcome::malformed;
    case state::data_lf:
      return byte == '\n' ? go_on(state::size_first) : outcome::malformed;
    case state::trailer_first:
    case state::trailer_name:
    case state::trailer_value:
      return take_trailer(byte);
    case state::trailer_end:
      return byte == '\n' ? go_on(state::trailer_first) : outcome::malformed;
    case state::last_end:
      state_ = state::complete;
      return byte == '\n' ? outcome::done : outcome::malformed;
    case state::data:
    case state::complete:
      break;
  }
  return outcome::malformed;
}

// chunk-size [ chunk-ext ] CRLF
chunked_decoder::outcome chunked_decoder::take_size(char byte) noexcept {
  if (const int digit = hex_digit(byte); digit >= 0) {
    if (chunk_left_ >> 60 != 0) return outcome::malformed;  // the next digit would overflow
    const bool is_leading_zero = state_ == state::size && chunk_left_ == 0;
    chunk_left_ = chunk_left_ << 4 | static_cast<unsigned>(digit);
    return is_leading_zero ? spend(state::size) : go_on(state::size);
  }
  if (state_ == state::size_first) return outcome::malformed;
  return end_of_word(byte, state::before_semicolon);
}

// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), up to the value.
chunked_decoder::outcome chunked_decoder::take_extension(char byte) noexcept {
  if (is_white_space(byte) && state_ != state::extension_name) return spend(state_);
  switch (state_) {
    case state::extension:
      return token_class(byte) ? spend(state::extension_name) : outcome::malformed;
    case state::extension_name:
      if (token_class(byte)) return spend(state_);
      if (byte == '=') return spend(state::before_value);
      return end_of_word(byte, state::before_equals);
    case state::before_equals:
      if (byte == '=') return spend(state::before_value);
      [[fallthrough]];
    default:  // before_semicolon
      return byte == ';' ? spend(state::extension) : outcome::malformed;
  }
}

// chunk-ext-val = token / quoted-string
chunked_decoder::outcome chunked_decoder::take_value(char byte) noexcept {
  switch (state_) {
    case state::before_value:
      if (is_white_space(byte)) return spend(state_);
      if (byte == '"') return spend(state::quoted_value);
      return token_class(byte) ? spend(state::token_value) : outcome::malformed;
    case state::token_value:
      return token_class(byte) ? spend(state_) : end_of_word(byte, state::before_semicolon);
    case state::quoted_value:
      if (byte == '"') return spend(state::after_quote);
      if (byte == '\\') return spend(state::quoted_pair);
      [[fallthrough]];
    case state::quoted_pair:
      return text_class(byte) ? spend(state::quoted_value) : outcome::malformed;
    default:  // after_quote
      return end_of_word(byte, state::before_semicolon);
  }
}

// field-name ":" field-value CRLF, so that neither a folded line nor white space before the colon
// passes; or the empty line.
chunked_decoder::outcome chunked_decoder::take_trailer(char byte) noexcept {
  switch (state_) {
    case state::trailer_first:
      if (byte == '\r') return go_on(state::last_end);
      return token_class(byte) ? spend(state::trailer_name) : outcome::malformed;
    case state::trailer_name:
      if (byte == ':') return spend(state::trailer_value);
      return token_class(byte) ? spend(state_) : outcome::malformed;
    default:  // trailer_value
      if (byte == '\r') return go_on(state::trailer_end);
      return text_class(byte) ? spend(state_) : outcome::malformed;
  }
}

// Behind a size, a name or a value: the line ends, another extension begins, or white space comes.
chunked_decoder::outcome chunked_decoder::end_of_word(char byte, state after_space) noexcept {
  if (byte == '\r') return go_on(state::size_end);
  if (byte == ';') return spend(state::extension);
  return is_white_space(byte) ? spend(after_space) : outcome::malformed;
}

chunked_decoder::outcome chunked_decoder::go_on(state then) noexcept {
  state_ = then;
  return outcome::need_more;
}

// As go_on(), for a byte that is bounded in number.
chunked_decoder::outcome chunked_decoder::spend(state then) noexcept {
  if (extra_left_ == 0) return outcome::too_long;
  --extra_left_;
  return go_on(then);
}

}  // namespace server
