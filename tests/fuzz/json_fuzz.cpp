// Fuzz target: the input is a text. What json::parse takes in an arena, Boost.JSON takes with its
// defaults and understands the same; what it refuses, Boost.JSON refuses too, but for numbers out
// of a double's range: none of those may be read. What was read is written as text that reads back
// the same, by serialiser and by writer alike, and under a memory limit all of it either happens or
// leaves nothing behind.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "arena/bump_arena.hpp"
#include "arena/segment_buffer.hpp"
#include "arena/testing/checking_resource.hpp"
#include "server/json/document.hpp"
#include "server/json/storage.hpp"
#include "server/json/writer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace json = boost::json;

void expect(bool holds, std::string_view otherwise, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "json_fuzz: %.*s: %.*s\n", static_cast<int>(otherwise.size()),
               otherwise.data(), static_cast<int>(text.size()), text.data());
  std::abort();
}

// How doubles are held against each other: Boost.JSON 1.81 misses the nearest by a few.
enum class doubles { equal, near };

// `theirs` may be further off at the ends of the range, and is NaN for 0e999.
bool is_near(double ours, double theirs) {
  constexpr double tolerance = 64 * std::numeric_limits<double>::epsilon();
  constexpr double exact_from = 1e-290;
  constexpr double exact_to = (1 - tolerance) * std::numeric_limits<double>::max();
  if (std::isnan(theirs)) return ours == 0;
  if (std::isinf(theirs)) return std::abs(ours) > exact_to;
  return std::abs(ours - theirs) <= std::max(std::abs(ours) * tolerance, exact_from);
}

bool is_same_number(const json::value& a, const json::value& b, doubles how) {
  // Whole doubles are written as integers, and large integers are read as doubles.
  if (a.is_double() || b.is_double()) {
    const auto x = a.to_number<double>();
    const auto y = b.to_number<double>();
    if (how == doubles::equal) return x == y && std::signbit(x) == std::signbit(y);
    return is_near(x, y);
  }
  return a == b;
}

bool is_same(const json::value& a, const json::value& b, doubles how);

bool is_same_array(const json::array& a, const json::array& b, doubles how) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!is_same(a[i], b[i], how)) return false;
  }
  return true;
}

// Members in the same order, too.
bool is_same_object(const json::object& a, const json::object& b, doubles how) {
  if (a.size() != b.size()) return false;
  for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y) {
    if (x->key() != y->key() || !is_same(x->value(), y->value(), how)) return false;
  }
  return true;
}

bool is_same(const json::value& a, const json::value& b, doubles how) {
  if (a.is_number() && b.is_number()) return is_same_number(a, b, how);
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) return is_same_array(a.get_array(), b.get_array(), how);
  if (a.is_object()) return is_same_object(a.get_object(), b.get_object(), how);
  return a == b;
}

// Whether `text` begins with a number that is too large for a double, or not 0 and too small. By
// strtod, which nothing of ours uses; Boost.JSON takes such for infinity, or for 0.
bool begins_out_of_range(std::string_view text) {
  const std::string number(text.substr(0, text.find_first_not_of("+-.0123456789eE")));
  errno = 0;
  const double nearest = std::strtod(number.c_str(), nullptr);
  return errno == ERANGE && (std::isinf(nearest) || nearest == 0);
}

bool is_finite(const json::value& value) {
  if (const auto* number = value.if_double()) return std::isfinite(*number);
  if (const auto* array = value.if_array())
    return std::all_of(array->begin(), array->end(), is_finite);
  const auto* const object = value.if_object();
  return object == nullptr || std::all_of(object->begin(), object->end(), [](const auto& member) {
           return is_finite(member.value());
         });
}

std::string text_of(const arena::segment_buffer& buffer) {
  std::string text;
  for (auto* piece = buffer.first(); piece != nullptr; piece = piece->next) text += piece->view();
  return text;
}

// Token by token, as a handler would.
void write(const json::value& value, server::json::writer& to) {
  if (const auto* array = value.if_array()) {
    to.begin_array();
    for (const auto& element : *array) write(element, to);
    to.end_array();
  } else if (const auto* object = value.if_object()) {
    to.begin_object();
    for (const auto& member : *object) {
      to.key_text(std::string_view(member.key()));
      write(member.value(), to);
    }
    to.end_object();
  } else if (const auto* text = value.if_string()) {
    to.value(std::string_view(*text));
  } else if (const auto* number = value.if_double()) {
    to.value(*number);
  } else if (const auto* whole = value.if_int64()) {
    to.value(*whole);
  } else if (const auto* large = value.if_uint64()) {
    to.value(*large);
  } else if (const auto* truth = value.if_bool()) {
    to.value(*truth);
  } else {
    to.value(nullptr);
  }
}

// An arena that must end as it began: nothing of upstream's may be left.
class request_arena {
 public:
  explicit request_arena(std::size_t limit_bytes = std::numeric_limits<std::size_t>::max()) {
    memory_.limit(limit_bytes);
  }
  std::variant<json::value, server::json::parse_error> parse(std::string_view text) {
    return server::json::parse(text, &storage_);
  }
  template <class Write>
  std::string written(Write write) {
    arena::segment_buffer buffer(&memory_);
    write(buffer);
    return text_of(buffer);
  }

 private:
  arena::testing::checking_resource upstream_;
  arena::bump_arena memory_{&upstream_};
  server::json::arena_storage storage_{memory_};
};

std::string serialized(request_arena& memory, const json::value& value) {
  return memory.written([&](arena::segment_buffer& to) { server::json::serialize(value, to); });
}

void check_writer(request_arena& memory, const json::value& value, const std::string& text) {
  const auto whole =
      memory.written([&](arena::segment_buffer& to) { server::json::writer(to).value(value); });
  expect(whole == text, "the writer's document is another", whole);
  const auto tokens = memory.written([&](arena::segment_buffer& to) {
    server::json::writer out(to);
    write(value, out);
  });
  expect(tokens == text, "the writer's tokens are others", tokens);
}

void check_round_trip(request_arena& memory, const json::value& value) {
  const std::string text = serialized(memory, value);
  const auto again = memory.parse(text);
  const auto* const read = std::get_if<json::value>(&again);
  expect(read != nullptr, "what was written is refused", text);
  expect(is_same(value, *read, doubles::equal), "reads back as something else", text);
  expect(serialized(memory, *read) == text, "is written in another way the second time", text);
  check_writer(memory, value, text);
}

void check_agreement(const std::variant<json::value, server::json::parse_error>& ours,
                     std::string_view text) {
  json::error_code refused;
  const json::value theirs = json::parse(text, refused);
  if (const auto* error = std::get_if<server::json::parse_error>(&ours)) {
    expect(error->offset_bytes <= text.size(), "the error is behind the text", text);
    expect(!error->expected.empty(), "the error does not say what was expected", text);
    expect(refused || begins_out_of_range(text.substr(error->offset_bytes)), "Boost.JSON takes it",
           text);
  } else {
    expect(!refused, "Boost.JSON refuses it", text);
    expect(is_finite(std::get<json::value>(ours)), "what JSON cannot say was read", text);
    expect(is_same(std::get<json::value>(ours), theirs, doubles::near),
           "Boost.JSON understands it in another way", text);
  }
}

// The same with little memory: all of it or an exception, and nothing left behind.
void check_limit(std::string_view text, bool is_json, std::size_t limit_bytes) {
  request_arena little(limit_bytes);
  try {
    const auto parsed = little.parse(text);
    const auto* const value = std::get_if<json::value>(&parsed);
    expect((value != nullptr) == is_json, "depends on the memory", text);
    if (value != nullptr) serialized(little, *value);
  } catch (const std::bad_alloc&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  request_arena memory;
  const auto parsed = memory.parse(text);
  check_agreement(parsed, text);
  const auto* const value = std::get_if<json::value>(&parsed);
  if (value != nullptr) check_round_trip(memory, *value);
  for (const std::size_t limit_bytes : {std::size_t{64}, 2 * size + 256, 16 * size + 4096})
    check_limit(text, value != nullptr, limit_bytes);
  return 0;
}
