#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "server/json/escape.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

using server::json::copy_clean;
namespace scanners = server::json::scanners;

// The rule once more, byte by byte.
bool must_be_escaped(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
}

std::size_t clean_bytes(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && !must_be_escaped(text[count])) ++count;
  return count;
}

std::string escaped(std::string_view text) {
  std::string written;
  for (const char byte : text) {
    constexpr std::string_view letters = "btnfr";
    constexpr std::string_view controls = "\b\t\n\f\r";
    char code[8];
    if (!must_be_escaped(byte)) {
      written += byte;
    } else if (byte == '"' || byte == '\\') {
      written += {'\\', byte};
    } else if (const auto at = controls.find(byte); at != std::string_view::npos) {
      written += {'\\', letters[at]};
    } else {
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(byte));
      written += code;
    }
  }
  return written;
}

std::string utf8(std::uint32_t point) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f))};
  if (point < 0x10000)
    return {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)),
            byte(0x80 | (point & 0x3f))};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)),
          byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f))};
}

struct scanner {
  const char* name;
  std::size_t (*copy)(std::string_view, char*) noexcept;
};

std::vector<scanner> all_scanners() {
  std::vector<scanner> all = {{"the one that is used", copy_clean}, {"scalar", scanners::scalar}};
#if defined(__x86_64__)
  all.push_back({"sse2", scanners::sse2});
  if (scanners::has_avx2()) all.push_back({"avx2", scanners::avx2});
#endif
  return all;
}

class JsonEscape : public testing::Test {
 protected:
  // Each scanner finds what the rule finds, copies what stands before it, and writes nothing beyond
  // the text's size. The copy is exact to the byte, so that sanitizers see reads beyond it.
  void expect_right(std::string_view text) {
    const std::size_t clean = clean_bytes(text);
    for (const scanner& one : scanners_) {
      target_.assign(text.size() + 1, guard);
      ASSERT_EQ(one.copy(text, target_.data()), clean) << one.name << " on " << text.size();
      ASSERT_EQ(std::string_view(target_.data(), clean), text.substr(0, clean)) << one.name;
      ASSERT_EQ(target_.back(), guard) << one.name << " on " << text.size();
    }
  }

  static constexpr char guard = '\x55';
  const std::vector<scanner> scanners_ = all_scanners();
  std::vector<char> target_;
};

constexpr std::size_t longest = 2 * 32 + 2 * 16 + 8 + 7;  // each loop of each scanner, and its tail

std::string all_bytes() {
  std::string all;
  for (int value = 0; value < 256; ++value) all += static_cast<char>(value);
  return all;
}

// One byte of each value, at each place of each short length; where texts are longer, of those
// values that have to be told apart.
TEST_F(JsonEscape, FindsEachByteAtEachPlaceOfEachLength) {
  constexpr std::size_t short_length = 36;
  const std::string all = all_bytes();
  const std::string_view edges("\0\x1f\x20!\"#[\\]\x7f\x80\x9f\xa2\xdc\xff", 15);
  for (std::size_t length = 0; length <= longest; ++length) {
    std::vector<char> text(length, 'a');
    for (std::size_t at = 0; at < length; ++at) {
      for (const char value : length <= short_length ? std::string_view(all) : edges) {
        text[at] = value;
        expect_right({text.data(), length});
        if (HasFatalFailure()) return;
      }
      text[at] = 'a';
    }
  }
}

TEST_F(JsonEscape, FindsTheFirstOfMany) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<char> text(random() % (longest + 1));
    const unsigned rarity = 1 + random() % 64;  // from all of them to hardly one
    for (char& byte : text) byte = random() % rarity == 0 ? static_cast<char>(random() % 256) : 'x';
    expect_right({text.data(), text.size()});
    if (HasFatalFailure()) return;
  }
}

TEST_F(JsonEscape, DoesNotMindWhereTextAndTargetLie) {
  alignas(64) std::array<char, 64 + longest + 64> from;
  alignas(64) std::array<char, 64 + longest + 64> to;
  from.fill('z');
  for (std::size_t shift = 0; shift < 64; ++shift) {
    for (const std::size_t target_shift : {std::size_t{0}, std::size_t{1}, 63 - shift}) {
      for (std::size_t at = 0; at < longest; at += 5) {
        from[shift + at] = '"';
        for (const scanner& one : scanners_) {
          to.fill(guard);
          ASSERT_EQ(one.copy({from.data() + shift, longest}, to.data() + target_shift), at)
              << one.name;
          ASSERT_EQ(std::string_view(to.data() + target_shift, at),
                    std::string_view(from.data() + shift, at));
          ASSERT_EQ(to[target_shift + longest], guard);
        }
        from[shift + at] = 'z';
      }
    }
  }
}

// Every character that Unicode has, alone and in the middle of vectors, written and read back.
TEST_F(JsonEscape, WritesAndReadsEveryCodePoint) {
  json_in_arena json;
  std::string all;
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const std::string character = utf8(point);
    expect_right(character);
    if (point < 0x100) expect_right("0123456789abcdef0123456789abcde" + character + "0123456789");
    ASSERT_FALSE(HasFatalFailure()) << point;
    all += character;
  }
  for (std::size_t at = 0; at < all.size();) {
    std::size_t size = std::min<std::size_t>(all.size() - at, 4000);
    while (at + size < all.size() && (all[at + size] & 0xc0) == 0x80) ++size;  // a whole character
    const std::string_view part = std::string_view(all).substr(at, size);
    expect_right(part);
    const std::string text = '"' + escaped(part) + '"';
    ASSERT_EQ(json.written(boost::json::value(part)), text);
    ASSERT_EQ(json.rewritten(text), text);
    at += size;
    json.release();
  }
}

// As an escape, which other writers use for all that is not ASCII.
TEST_F(JsonEscape, ReadsTheEscapeOfEveryCodePoint) {
  json_in_arena json;
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    if (point % 4096 == 0) json.release();
    char text[16];
    if (point < 0x10000)
      std::snprintf(text, sizeof text, point % 2 == 0 ? "\"\\u%04x\"" : "\"\\u%04X\"", point);
    else
      std::snprintf(text, sizeof text, "\"\\u%04x\\u%04X\"", 0xd800 + ((point - 0x10000) >> 10),
                    0xdc00 + ((point - 0x10000) & 0x3ff));
    const auto parsed = json.parse(text);
    ASSERT_TRUE(std::holds_alternative<boost::json::value>(parsed)) << text;
    ASSERT_EQ(std::string_view(std::get<boost::json::value>(parsed).get_string()), utf8(point));
  }
}

TEST_F(JsonEscape, WritesStringsOfManyEscapesAcrossSegments) {
  json_in_arena json;
  for (const std::size_t size : {500u, 511u, 512u, 513u, 2000u, 100'000u}) {
    for (const char* unit : {"\x01", "\"", "a\n", "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\b"}) {
      std::string text;
      while (text.size() < size) text += unit;
      EXPECT_EQ(json.written(boost::json::value(text)), '"' + escaped(text) + '"');
    }
  }
}

TEST_F(JsonEscape, TakesMemoryInProportionToWhatItWrites) {
  for (const char* unit : {"\x01", "\n", "a line of prose\n"}) {
    std::string text;
    while (text.size() < 300'000) text += unit;
    arena::testing::counting_resource memory;
    arena::segment_buffer buffer(&memory);
    server::json::serialize(text, buffer);
    EXPECT_EQ(buffer.size(), escaped(text).size() + 2);
    EXPECT_LE(memory.allocated_bytes(), 2 * buffer.size());
  }
}

}  // namespace
