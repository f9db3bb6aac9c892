// Numbers between text and memory: exact, the nearest, the shortest.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "server/json/text_output.hpp"
#include "tests/support/json_in_arena.hpp"

namespace {

#if defined(SANITIZED)
constexpr int rounds = 50'000;
#else
constexpr int rounds = 1'000'000;
#endif

std::uint64_t bits_of(double number) {
  return std::bit_cast<std::uint64_t>(number);
}

class JsonNumber : public testing::Test {
 protected:
  double read(std::string_view text) {
    auto parsed = json_.parse(text);
    auto* const value = std::get_if<boost::json::value>(&parsed);
    return value != nullptr ? value->to_number<double>() : std::nan("");
  }
  template <class Real>
  std::string written(Real number) {
    arena::segment_buffer buffer(&json_.memory());
    server::json::text_output(buffer).put_number(number);
    return std::string(buffer.first()->view());
  }
  // From time to time, so that a million of them need little memory.
  void tidy(int round) {
    if (round % 1000 == 0) json_.release();
  }
  double random_finite() {
    for (;;) {
      const auto number = std::bit_cast<double>(random_());
      if (std::isfinite(number)) return number;
    }
  }

  json_in_arena json_;
  std::mt19937_64 random_{20261123};
};

TEST_F(JsonNumber, KeepsWholeNumbersOf64BitsExact) {
  for (const char* text : {"0", "1", "-1", "9007199254740991", "9007199254740993",
                           "-9007199254740993", "9223372036854775807", "-9223372036854775808",
                           "9223372036854775808", "18446744073709551614", "18446744073709551615"})
    EXPECT_EQ(json_.rewritten(text), text);
}

TEST_F(JsonNumber, TurnsTheFirstBeyond64BitsIntoDoubles) {
  EXPECT_EQ(bits_of(read("18446744073709551616")), bits_of(18446744073709551616.0));
  EXPECT_EQ(bits_of(read("-9223372036854775809")), bits_of(-9223372036854775808.0));
}

// Where a parser that computes with doubles ends up beside the nearest.
TEST_F(JsonNumber, ReadsTheNearestDouble) {
  for (const char* text :
       {"8.41e21",
        "9.0e22",
        "1e23",
        "7.2057594037927933e16",
        "1.7976931348623157e308",
        "4.9406564584124654e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "6.9294956446009195e15",
        "3.7455744005952583e15",
        "0.000030517578125",
        "9007199254740993.0",
        "9007199254740992.9999999999999999999999999999999999999",
        "9007199254740993.0000000000000000000000000000000000000000000000000000000000001",
        "179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558"
        "632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245"
        "490090389328944075868508455133942304583236903222948165808559332123347747979.0",
        "0.1e-6",
        "123456789012345.6",
        "1234567890123456.7",
        "99999999999999.97",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126"})
    EXPECT_EQ(bits_of(read(text)), bits_of(std::strtod(text, nullptr))) << text;
}

TEST_F(JsonNumber, ReadsWhatOthersWriteTheSame) {
  for (int round = 0; round < rounds; ++round) {
    tidy(round);
    const double number = random_finite();
    char text[64];
    const int digits = static_cast<int>(random_() % 20);
    std::snprintf(text, sizeof text, round % 2 == 0 ? "%.*e" : "%.*E", digits, number);
    const double expected = std::strtod(text, nullptr);
    if (!std::isfinite(expected) || expected == 0) continue;
    ASSERT_EQ(bits_of(read(text)), bits_of(expected)) << text;
  }
}

// With a point and without an exponent, as prices and places are written.
TEST_F(JsonNumber, ReadsShortFractionsTheSame) {
  for (int round = 0; round < rounds; ++round) {
    tidy(round);
    std::string text = std::to_string(random_() >> random_() % 64);
    text.insert(1 + random_() % text.size(), ".");
    if (text.back() == '.') text += '0';
    if (round % 2 == 0) text.insert(0, "-");
    ASSERT_EQ(bits_of(read(text)), bits_of(std::strtod(text.c_str(), nullptr))) << text;
  }
}

// Of up to 18 bytes, with exponents of each sign: around where the parser's own arithmetic is
// exact.
TEST_F(JsonNumber, ReadsShortExponentsTheSame) {
  for (int round = 0; round < rounds; ++round) {
    tidy(round);
    const std::uint64_t digits = random_() % 100'000'000'000'000 >> random_() % 46;
    std::string text = std::to_string(digits);
    if (round % 3 == 0) text.insert(1, text.size() > 1 ? "." : ".0");
    text += (round % 2 == 0 ? "e-" : "e") + std::to_string(random_() % 40);
    ASSERT_EQ(bits_of(read(text)), bits_of(std::strtod(text.c_str(), nullptr))) << text;
  }
}

TEST_F(JsonNumber, RoundTripsAMillionDoubles) {
  for (int round = 0; round < rounds; ++round) {
    tidy(round);
    const double number = random_finite();
    const std::string text = written(number);
    ASSERT_EQ(bits_of(read(text)), bits_of(number)) << text;
  }
}

TEST_F(JsonNumber, RoundTripsDoublesAtTheEdges) {
  for (const double number : {0.1,
                              0.3,
                              1.0 / 3,
                              5e-324,
                              2.2250738585072014e-308,
                              2.225073858507201e-308,
                              std::numeric_limits<double>::max(),
                              -std::numeric_limits<double>::max(),
                              0x1p53,
                              0x1p53 - 1,
                              0x1p53 + 2,
                              0x1p63,
                              0x1p64,
                              1e9,
                              1e9 - 1e-6,
                              999999999.999999,
                              1e-3,
                              9.99e-4,
                              0.0,
                              1e15,
                              1e22,
                              1e23}) {
    EXPECT_EQ(bits_of(read(written(number))), bits_of(number)) << written(number);
    EXPECT_EQ(bits_of(read(written(std::nextafter(number, 1)))), bits_of(std::nextafter(number, 1)))
        << written(std::nextafter(number, 1));
  }
  EXPECT_EQ(bits_of(read(written(-0.0))), bits_of(-0.0));
}

TEST_F(JsonNumber, WritesDoublesInTheShortestUsualForm) {
  EXPECT_EQ(written(1.25), "1.25");
  EXPECT_EQ(written(-1.25), "-1.25");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(written(5.0), "5");
  EXPECT_EQ(written(100000.0), "100000");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(1e-7), "1e-07");
  EXPECT_EQ(written(123456789.000001), "123456789.000001");
  EXPECT_EQ(written(999999999.5), "999999999.5");
  EXPECT_EQ(written(1000000000.5), "1000000000.5");
  EXPECT_EQ(written(0.001), "0.001");
  EXPECT_EQ(written(0.0001), "1e-04");
  EXPECT_EQ(written(9007199254740991.0), "9007199254740991");
  EXPECT_EQ(written(9007199254740992.0), "9007199254740992");
}

// The quick way for decimals writes what the long way does: the fewest digits, as short as can be.
TEST_F(JsonNumber, WritesDecimalsAsTheStandardLibraryDoes) {
  const auto standard = [](double number) {
    char text[64];
    return std::string(text, std::to_chars(text, text + sizeof text, number).ptr);
  };
  for (int round = 0; round < rounds; ++round) {
    tidy(round);
    const auto digits = static_cast<double>(random_() % 1'000'000'000'000'000 >> random_() % 50);
    const double decimal = digits / std::pow(10, random_() % 9);
    for (const double number : {decimal, std::nextafter(decimal, 0), -decimal}) {
      if (number == std::trunc(number)) continue;  // those are written without a point
      ASSERT_EQ(written(number), standard(number));
    }
  }
}

TEST_F(JsonNumber, WritesFloatsAsShortAsAFloatNeeds) {
  EXPECT_EQ(written(0.1F), "0.1");
  EXPECT_EQ(written(16777216.0F), "16777216");
  EXPECT_EQ(written(3.0F), "3");
  EXPECT_EQ(written(-0.0F), "-0.0");
  EXPECT_EQ(written(1e30F), "1e+30");
  for (int round = 0; round < rounds / 10; ++round) {
    tidy(round);
    const auto number = std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
    if (!std::isfinite(number)) continue;
    ASSERT_EQ(std::strtof(written(number).c_str(), nullptr), number);
  }
}

TEST_F(JsonNumber, WritesWhatJsonHasNoNumberForAsNull) {
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(written(std::numeric_limits<float>::infinity()), "null");
}

TEST_F(JsonNumber, WritesWholeNumbersToTheirEnds) {
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(std::uint8_t{255}), "255");
}

}  // namespace
