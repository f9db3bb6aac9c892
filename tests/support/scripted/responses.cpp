#include "tests/support/scripted/responses.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace scripted {

namespace {

constexpr std::string_view interim = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view token_signs = "!#$%&'*+-.^_`|~";
constexpr std::string_view date_pattern = "Aaa, 00 Aaa 0000 00:00:00 GMT";

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char byte) {
    return is_digit(byte) || is_letter(byte) || token_signs.find(byte) != std::string_view::npos;
  });
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char byte) {
    return static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f;
  });
}

// A digit stands for any, a letter for any of its case if it is an A or an a.
bool is_date(std::string_view text) {
  return std::equal(text.begin(), text.end(), date_pattern.begin(), date_pattern.end(),
                    [](char byte, char wanted) {
                      if (wanted == '0') return is_digit(byte);
                      if (wanted == 'A') return byte >= 'A' && byte <= 'Z';
                      if (wanted == 'a') return byte >= 'a' && byte <= 'z';
                      return byte == wanted;
                    });
}

template <class Number>
std::optional<Number> number_of(std::string_view digits) {
  Number number{};
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  const char* const end = digits.data() + digits.size();
  const auto [stop, failure] = std::from_chars(digits.data(), end, number);
  if (failure != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Reads one response after another off the front.
class reader {
 public:
  reader(std::string_view written, const std::vector<content>& expected)
      : rest_(written), expected_(expected) {}

  reading all() {
    while (!rest_.empty() && result_.fault.empty() && !result_.is_cut) {
      if (rest_.starts_with(interim)) {
        ++result_.continues;
        rest_.remove_prefix(interim.size());
      } else if (interim.starts_with(rest_)) {
        result_.is_cut = true;
      } else {
        one();
      }
    }
    return std::move(result_);
  }

 private:
  void one() {
    if (was_unknown_ || (!result_.responses.empty() && result_.responses.back().closes()))
      return fail("something follows the last response");
    const std::size_t end = rest_.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      result_.is_cut = true;
      return;
    }
    response got;
    read_head(rest_.substr(0, end + 2), got);
    rest_.remove_prefix(end + 4);
    if (!result_.fault.empty()) return;
    read_content(got);
    if (result_.fault.empty() && !result_.is_cut) result_.responses.push_back(std::move(got));
  }

  void read_head(std::string_view head, response& into) {
    const std::string_view line = take_line(head);
    const auto status = number_of<int>(line.substr(std::min<std::size_t>(line.size(), 9), 3));
    if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 || line[12] != ' ' || !is_text(line) ||
        !status || *status < 200 || *status > 599)
      return fail("its status line is malformed");
    into.status = *status;
    std::size_t dates = 0;
    while (!head.empty()) {
      const std::string_view field = take_line(head);
      const std::size_t colon = field.find(": ");
      if (colon == std::string_view::npos || !is_token(field.substr(0, colon)) || !is_text(field))
        return fail("a field line is malformed");
      const std::string_view name = field.substr(0, colon);
      const std::string_view value = field.substr(colon + 2);
      if (!into.field(name).empty() || value.empty())
        return fail("field " + std::string(name) + " is empty or there twice");
      if (name == "Date")
        dates += is_date(value) ? 1u : 2u;
      else
        into.fields.emplace_back(name, value);
    }
    // Optional in a 5xx (RFC 9110, section 6.6.1).
    if (dates > 1 || (dates == 0 && into.status != 503)) return fail("its Date is wrong");
    check_fields(into);
  }

  void check_fields(const response& got) {
    const std::string_view after = got.field("Connection");
    if (!after.empty() && after != "close" && after != "keep-alive")
      return fail("its Connection is wrong");
    if (!got.field("Transfer-Encoding").empty()) return fail("it has Transfer-Encoding");
    if (got.field("Server") != "arena-server") return fail("it has no Server");
    const bool has_content = got.status != 204 && got.status != 304;
    if (has_content != number_of<std::size_t>(got.field("Content-Length")).has_value())
      return fail("its Content-Length is wrong");
  }

  void read_content(response& into) {
    const std::size_t at = result_.responses.size();
    const content wanted = at < expected_.size() ? expected_[at] : content::unknown;
    was_unknown_ = wanted == content::unknown;
    const std::size_t bytes = number_of<std::size_t>(into.field("Content-Length")).value_or(0);
    if (wanted == content::omitted || (was_unknown_ && rest_.empty())) return;
    if (rest_.size() < bytes) {
      result_.is_cut = true;
      return;
    }
    into.body = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
  }

  static std::string_view take_line(std::string_view& from) {
    const std::string_view line = from.substr(0, from.find("\r\n"));
    from.remove_prefix(line.size() + 2);
    return line;
  }

  void fail(const std::string& why) {
    result_.fault = "response " + std::to_string(result_.responses.size() + 1) + ": " + why;
  }

  std::string_view rest_;
  const std::vector<content>& expected_;
  bool was_unknown_ = false;
  reading result_;
};

}  // namespace

std::string_view response::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (known == name) return value;
  }
  return {};
}

reading read_responses(std::string_view written, const std::vector<content>& expected) {
  return reader(written, expected).all();
}

}  // namespace scripted
